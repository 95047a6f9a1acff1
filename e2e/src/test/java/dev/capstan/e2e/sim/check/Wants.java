package dev.capstan.e2e.sim.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Who ever asked for what: whatever happens to an object, somebody on this list wanted it. A call
 * is on the list before it is sent, so that it is there whatever becomes of its answer.
 */
final class Wants {

  /** One write of one call. */
  record Want(Call call, Op op) {}

  private final Map<String, List<Want>> byKey = new HashMap<>();

  void add(Call call) {
    for (Op op : call.ops()) {
      if (!op.options().getDryRun()) {
        byKey.computeIfAbsent(op.key(), key -> new ArrayList<>(4)).add(new Want(call, op));
      }
    }
  }

  /** What was asked for of an object with this key, of whatever uid, in the order of asking. */
  List<Want> of(String key) {
    return byKey.getOrDefault(key, List.of());
  }

  /** The same for one verb, and for an object of this uid. */
  List<Want> of(Op.Verb verb, Held held) {
    List<Want> result = new ArrayList<>(2);
    for (Want want : of(held.key())) {
      boolean same = want.op().uid().isEmpty() || want.op().uid().equals(held.uid());
      if (want.op().verb() == verb && same) {
        result.add(want);
      }
    }
    return result;
  }
}
