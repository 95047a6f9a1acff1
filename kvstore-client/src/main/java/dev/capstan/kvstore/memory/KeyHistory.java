package dev.capstan.kvstore.memory;

import dev.capstan.kvstore.KvStore.Entry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was stored under one key since the last compaction, oldest first. */
final class KeyHistory {

  /** A key and a version's numbers cost something even if the value is empty. */
  private static final long OVERHEAD = 64;

  private record Version(long revision, @Nullable Entry entry) {}

  private final List<Version> versions = new ArrayList<>();

  static long cost(String key, byte[] value) {
    return OVERHEAD + key.length() + value.length;
  }

  /** Returns the bytes it takes. */
  long put(Entry entry) {
    versions.add(new Version(entry.modRevision(), entry));
    return cost(entry.key(), entry.value());
  }

  void delete(long revision) {
    versions.add(new Version(revision, null));
  }

  /** What was stored after {@code revision} was committed. */
  @Nullable Entry at(long revision) {
    for (int i = versions.size() - 1; i >= 0; i--) {
      if (versions.get(i).revision() <= revision) {
        return versions.get(i).entry();
      }
    }
    return null;
  }

  /** Forgets what cannot be seen from {@code revision} on; returns the bytes freed. */
  long compact(long revision) {
    long freed = 0;
    while (versions.size() > 1 && versions.get(1).revision() <= revision) {
      freed += cost(versions.removeFirst());
    }
    if (!versions.isEmpty()
        && versions.getFirst().revision() <= revision
        && versions.getFirst().entry() == null) {
      versions.removeFirst();
    }
    return freed;
  }

  boolean isEmpty() {
    return versions.isEmpty();
  }

  private static long cost(Version version) {
    Entry entry = version.entry();
    return entry == null ? 0 : cost(entry.key(), entry.value());
  }
}
