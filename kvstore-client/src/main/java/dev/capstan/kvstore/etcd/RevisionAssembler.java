package dev.capstan.kvstore.etcd;

import dev.capstan.kvstore.KvStore.Change;
import dev.capstan.kvstore.KvStore.Entry;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes whole revisions of the pieces one watch stream delivers. A response carries events of one
 * or more revisions in order; a large one comes in fragments, which may be cut within a revision. A
 * revision is whole when an event of a later one arrives or the last fragment ends.
 */
final class RevisionAssembler {

  /** etcd's field 7, {@code bool fragment}: jetcd's messages are older than it. */
  private static final int FRAGMENT_FIELD = 7;

  private final long position;
  private List<Change> open = new ArrayList<>();
  private long openRevision;
  private boolean midway;

  /** All changes of one revision. */
  record Revision(long revision, List<Change> changes) {}

  /**
   * @param position what is at or below it was delivered by an earlier stream and is left out
   */
  RevisionAssembler(long position) {
    this.position = position;
  }

  /** Whether fragments are outstanding: what was said of progress meanwhile does not hold yet. */
  boolean isMidway() {
    return midway;
  }

  /** Adds a response and returns the revisions that it made whole. */
  List<Revision> add(WatchResponse response) {
    if (response.getEventsCount() == 0) {
      return List.of(); // Progress: it may come between two fragments.
    }
    List<Revision> whole = new ArrayList<>();
    for (Event event : response.getEventsList()) {
      long revision = event.getKv().getModRevision();
      if (revision <= position) {
        continue;
      }
      if (revision != openRevision) {
        finish(whole);
        openRevision = revision;
      }
      open.add(change(event));
    }
    midway = isFragment(response);
    if (!midway) {
      finish(whole);
    }
    return whole;
  }

  private void finish(List<Revision> whole) {
    if (!open.isEmpty()) {
      whole.add(new Revision(openRevision, List.copyOf(open)));
      open = new ArrayList<>();
    }
  }

  private static boolean isFragment(WatchResponse response) {
    List<Long> values = response.getUnknownFields().getField(FRAGMENT_FIELD).getVarintList();
    return !values.isEmpty() && values.getLast() != 0;
  }

  private static Change change(Event event) {
    Entry entry = EtcdTxns.entry(event.getKv());
    return event.getType() == Event.EventType.DELETE
        ? new Change.Delete(entry.key())
        : new Change.Put(entry);
  }
}
