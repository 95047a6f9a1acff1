package dev.capstan.apiserver.cache;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Recent revisions, the oldest forgotten first once they take more than a number of bytes; of what
 * is no longer recent an eighth of that is kept. Not safe for threads: the cache's lock guards it.
 */
final class Ring {

  private final long maxBytes;
  private final long maxOldBytes;
  private Revision[] slots = new Revision[64];
  private long[] times = new long[64];
  private int head;
  private int count;
  private long bytes;
  private long floor;

  Ring(long maxBytes) {
    this.maxBytes = maxBytes;
    this.maxOldBytes = maxBytes / 8;
  }

  /** Forgets everything; from {@code revision} on it will be complete. */
  void reset(long revision) {
    slots = new Revision[64];
    times = new long[64];
    head = 0;
    count = 0;
    bytes = 0;
    floor = revision;
  }

  /**
   * @param nanos when
   */
  void append(Revision revision, long nanos) {
    if (count == slots.length) {
      grow();
    }
    int at = (head + count) % slots.length;
    slots[at] = revision;
    times[at] = nanos;
    count++;
    bytes += revision.cost();
    // The newest stays even if it alone is too large: whoever is up to date must be able to go on.
    while (bytes > maxBytes && count > 1) {
      dropOldest();
    }
  }

  /** Forgets revisions from before a time, but for the share that is kept of them. */
  void forgetBefore(long nanos) {
    while (bytes > maxOldBytes && count > 1 && times[head] - nanos < 0) {
      dropOldest();
    }
  }

  @SuppressWarnings("NullAway") // A free slot must not keep its revision in memory.
  private void dropOldest() {
    floor = slots[head].number();
    bytes -= slots[head].cost();
    slots[head] = null;
    head = (head + 1) % slots.length;
    count--;
  }

  private void grow() {
    Revision[] larger = new Revision[slots.length * 2];
    long[] largerTimes = new long[larger.length];
    for (int i = 0; i < count; i++) {
      larger[i] = get(i);
      largerTimes[i] = times[(head + i) % times.length];
    }
    slots = larger;
    times = largerTimes;
    head = 0;
  }

  private Revision get(int i) {
    return slots[(head + i) % slots.length];
  }

  /** All events after this revision are here; none before it can be relied on. */
  long floor() {
    return floor;
  }

  long bytes() {
    return bytes;
  }

  int size() {
    return count;
  }

  /** The first revision above {@code number}, or null if there is none yet. */
  @Nullable Revision firstAfter(long number) {
    int first = indexAfter(number);
    return first == count ? null : get(first);
  }

  /** All revisions above {@code number}, in order. */
  List<Revision> allAfter(long number) {
    List<Revision> all = new ArrayList<>();
    for (int i = indexAfter(number); i < count; i++) {
      all.add(get(i));
    }
    return all;
  }

  private int indexAfter(long number) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (get(middle).number() <= number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
