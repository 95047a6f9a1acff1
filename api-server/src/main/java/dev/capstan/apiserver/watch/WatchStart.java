package dev.capstan.apiserver.watch;

import dev.capstan.api.ResourceVersions;
import dev.capstan.apiserver.cache.Snapshot;

/** Where a watch begins. */
sealed interface WatchStart {

  /** The revision that has been seen whole at the beginning. */
  long revision();

  /** With all objects of a snapshot. */
  record Initial(Snapshot snapshot) implements WatchStart {
    @Override
    public long revision() {
      return snapshot.revision();
    }
  }

  /**
   * After a version the client has seen.
   *
   * @param revision seen whole
   * @param slot what was seen of {@code revision + 1}: events up to this slot; -1 for nothing
   */
  record After(long revision, int slot) implements WatchStart {

    /** After this version, in the middle of a commit group if it is the version of a write. */
    static After version(String version) {
      long revision = ResourceVersions.revision(version);
      int slot = ResourceVersions.slot(version);
      return slot == ResourceVersions.WHOLE
          ? new After(revision, -1)
          : new After(revision - 1, slot);
    }

    /** The highest revision of which something has been seen. */
    long newestSeen() {
      return slot < 0 ? revision : revision + 1;
    }
  }
}
