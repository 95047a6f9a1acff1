package dev.capstan.kvstore;

import java.util.ArrayDeque;

/** Which revision the store had when, and how much was written since. */
final class History {

  /**
   * @param grown all growth of the data up to here; what compactions took away is not subtracted
   */
  private record Sample(long nanos, long revision, long grown) {}

  private final ArrayDeque<Sample> samples = new ArrayDeque<>();
  private long lastBytes = -1;

  void add(long nanos, long revision, long bytesInUse) {
    long before = samples.isEmpty() ? 0 : samples.getLast().grown();
    long more = lastBytes < 0 ? 0 : Math.max(0, bytesInUse - lastBytes);
    lastBytes = bytesInUse;
    samples.addLast(new Sample(nanos, revision, before + more));
  }

  /** After a compaction: less data, but nothing unwritten. */
  void shrunkTo(long bytesInUse) {
    lastBytes = bytesInUse;
  }

  /** Bytes written since the oldest sample. */
  long grown() {
    return samples.isEmpty() ? 0 : samples.getLast().grown() - samples.getFirst().grown();
  }

  /**
   * The newest revision that is older than a time or has more than some bytes after it, 0 if there
   * is none; what is before it is forgotten here too.
   */
  long forget(long beforeNanos, long bytes) {
    if (samples.isEmpty()) {
      return 0;
    }
    long end = samples.getLast().grown();
    long found = 0;
    while (samples.size() > 1
        && (samples.getFirst().nanos() - beforeNanos <= 0
            || end - samples.getFirst().grown() >= bytes)) {
      found = samples.removeFirst().revision();
    }
    return found;
  }
}
