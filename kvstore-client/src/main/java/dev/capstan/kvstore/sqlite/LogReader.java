package dev.capstan.kvstore.sqlite;

import dev.capstan.kvstore.KvStore.Change;
import dev.capstan.kvstore.local.ChangeLog;
import java.util.ArrayList;
import java.util.List;

/** Gathers rows into revisions. */
final class LogReader {

  private final List<ChangeLog.Revision> revisions = new ArrayList<>();
  private List<Change> open = new ArrayList<>();
  private long revision;

  void add(long at, Change change) {
    if (at != revision) {
      finish();
      revision = at;
    }
    open.add(change);
  }

  private void finish() {
    if (!open.isEmpty()) {
      revisions.add(new ChangeLog.Revision(revision, List.copyOf(open)));
      open = new ArrayList<>();
    }
  }

  /**
   * @param cut whether rows may be missing at the end: then the last revision is left out
   */
  List<ChangeLog.Revision> whole(boolean cut) {
    if (!cut) {
      finish();
    }
    return revisions;
  }
}
