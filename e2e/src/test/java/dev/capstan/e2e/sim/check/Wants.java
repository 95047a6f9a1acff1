package dev.capstan.e2e.sim.check;

import com.google.protobuf.Message;
import com.google.rpc.ErrorInfo;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.WriteResponse;
import dev.capstan.e2e.sim.check.Want.Outcome;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who asked for what: whatever happens to an object, somebody on this list wanted it. A call is on
 * the list before it is sent, so that it is there whatever becomes of its answer.
 */
final class Wants {

  /** Verbs whose wants are kept after they are settled: others are judged by them later. */
  private static final Set<Op.Verb> KEPT = EnumSet.of(Op.Verb.DELETE, Op.Verb.BIND);

  /** Codes after which a write has certainly not happened and will not. */
  private static final Set<Status.Code> DEFINITE =
      EnumSet.of(
          Status.Code.ALREADY_EXISTS,
          Status.Code.ABORTED,
          Status.Code.DATA_LOSS,
          Status.Code.FAILED_PRECONDITION,
          Status.Code.NOT_FOUND,
          Status.Code.INVALID_ARGUMENT,
          Status.Code.OUT_OF_RANGE,
          Status.Code.PERMISSION_DENIED,
          Status.Code.UNAUTHENTICATED,
          Status.Code.UNIMPLEMENTED);

  /** With UNAVAILABLE: "certainly without effect". A connection that is lost gives no reason. */
  private static final String NOTHING_WRITTEN = "ServiceUnavailable";

  private final Map<String, List<Want>> open = new HashMap<>();
  private final Map<String, List<Want>> kept = new HashMap<>();
  private boolean wired;

  /** The last question and its answer: several rules ask the same. */
  private @Nullable Edit asked;

  private List<Want> answer = List.of();

  /** True once any call was told of: without calls there is nobody to ask. */
  boolean wired() {
    return wired;
  }

  void began(Call call) {
    wired = true;
    asked = null;
    for (Want want : call.wants()) {
      if (want.op().options().getDryRun()) {
        continue;
      }
      open.computeIfAbsent(want.op().key(), key -> new ArrayList<>(4)).add(want);
      if (KEPT.contains(want.op().verb())) {
        kept.computeIfAbsent(want.op().key(), key -> new ArrayList<>(4)).add(want);
      }
    }
  }

  void ended(Call call) {
    asked = null;
    List<Want> wants = call.wants();
    for (int i = 0; i < wants.size(); i++) {
      Want want = wants.get(i);
      want.settle(outcome(code(call, i), reason(call, i)));
      if (!want.mayHappen()) {
        open.getOrDefault(want.op().key(), new ArrayList<>()).remove(want);
      }
    }
  }

  /** What the client was told of one write of a call. */
  static Status.Code code(Call call, int index) {
    Status.Code whole = call.code();
    return whole == Status.Code.OK && call.response() instanceof WriteResponse write
        ? Status.fromCodeValue(write.getResults(index).getStatus().getCode()).getCode()
        : whole;
  }

  private static String reason(Call call, int index) {
    return call.response() instanceof WriteResponse write
        ? ApiErrors.detail(write.getResults(index).getStatus(), ErrorInfo.class)
            .map(ErrorInfo::getReason)
            .orElse("")
        : call.reason();
  }

  private static Outcome outcome(Status.Code code, String reason) {
    if (code == Status.Code.OK) {
      return Outcome.DONE;
    }
    boolean nothing = code == Status.Code.UNAVAILABLE && reason.equals(NOTHING_WRITTEN);
    return nothing || DEFINITE.contains(code) ? Outcome.REFUSED : Outcome.UNKNOWN;
  }

  /** The wants that may have led to an edit. */
  @SuppressWarnings("ReferenceEquality") // The very same question, not one that looks like it.
  List<Want> explaining(Edit edit) {
    if (asked != edit) {
      answer = explain(edit);
      asked = edit;
    }
    return answer;
  }

  private List<Want> explain(Edit edit) {
    List<Want> result = new ArrayList<>(2);
    for (Want want : open.getOrDefault(edit.key(), List.of())) {
      if (want.explains(edit)) {
        result.add(want);
      }
    }
    if (result.isEmpty() && edit.isCreation()) {
      named(edit, result);
    }
    return result;
  }

  private void named(Edit edit, List<Want> result) {
    String nameless = edit.key().substring(0, edit.key().lastIndexOf('/') + 1);
    for (Want want : open.getOrDefault(nameless, List.of())) {
      Message object = want.op().detail();
      ObjectMeta meta = want.op().kind().metadata(object);
      if (edit.any().name().startsWith(meta.getGenerateName())) {
        result.add(want);
      }
    }
  }

  /** Everything that is still open for a key, whether it could lead to an edit or not. */
  List<Want> open(String key) {
    return open.getOrDefault(key, List.of());
  }

  /** Every deletion or binding ever asked for of an object, settled or not. */
  List<Want> all(Op.Verb verb, Held held) {
    List<Want> result = new ArrayList<>(2);
    for (Want want : kept.getOrDefault(held.key(), List.of())) {
      boolean same = want.op().uid().isEmpty() || want.op().uid().equals(held.uid());
      if (want.op().verb() == verb && same) {
        result.add(want);
      }
    }
    return result;
  }
}
