package dev.capstan.kvstore;

import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.kvstore.KvStore.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which members of a group had effect, when it is known that the group was applied at a
 * revision.
 */
record PastJudge(KvStore store) {

  /** Judges as the store did: by the state just before. */
  List<Outcome> judge(List<Txn> txns, long appliedAt) {
    List<Outcome> outcomes = new ArrayList<>();
    for (Txn txn : txns) {
      outcomes.add(judge(txn, appliedAt - 1));
    }
    return outcomes;
  }

  private Outcome judge(Txn txn, long revision) {
    List<Entry> found = new ArrayList<>();
    boolean holds = true;
    for (Txn.Compare compare : txn.compares()) {
      Entry entry = read(compare.key(), revision);
      holds &= compare.holds(entry);
      if (entry != null) {
        found.add(entry);
      }
    }
    return holds ? new Outcome.Committed() : new Outcome.Refused(List.copyOf(found));
  }

  private @Nullable Entry read(String key, long revision) {
    // The key itself sorts before all other keys it is a prefix of.
    List<Entry> first =
        store.range(new KvStore.RangeRequest(key, "", 1, revision, false)).entries();
    return first.isEmpty() || !first.getFirst().key().equals(key) ? null : first.getFirst();
  }
}
