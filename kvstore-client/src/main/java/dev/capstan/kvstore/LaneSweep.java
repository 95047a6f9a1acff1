package dev.capstan.kvstore;

import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Removes the markers of lanes whose server died: those not written for a day. A lane that only was
 * idle loses nothing but its marker, and makes another.
 */
record LaneSweep(KvStore store, Clock clock) {

  static final Duration ABANDONED = Duration.ofDays(1);

  void run() {
    long before = clock.now().minus(ABANDONED).getEpochSecond();
    KvStore.RangeRequest all =
        new KvStore.RangeRequest(GroupCommit.LANE_PREFIX, "", Group.MAX_MEMBERS, 0, false);
    List<Txn> deletes =
        store.range(all).entries().stream()
            .filter(e -> Lane.writtenAt(ValueCodec.plain().decode(e).payload()) < before)
            .map(LaneSweep::delete)
            .toList();
    if (!deletes.isEmpty()) {
      store.commit(new Group(deletes));
    }
  }

  /** Only as it was read: the lane may be writing it now. */
  private static Txn delete(KvStore.Entry marker) {
    return new Txn(
        List.of(new Txn.Compare.ModRevision(marker.key(), marker.modRevision())),
        List.of(new Txn.Op.Delete(marker.key())));
  }
}
