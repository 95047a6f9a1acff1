package dev.capstan.e2e.sim.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.WriteResponse;
import dev.capstan.api.v1.WriteResult;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * I1, the other half: what was acknowledged happened. A write that its client sees succeed names a
 * version; the object had that version, with the content answered, at some moment between the
 * call's beginning and its end, and what was asked for is true of it. (A write that changes nothing
 * is answered with the version that was there.)
 */
final class Acknowledged implements Rule {

  /** The annotation by which a write of a user's can be told from every other. */
  static final String OPERATION = "sim.capstan.dev/op";

  private final World world;
  private final Report report;

  Acknowledged(World world, Report report) {
    this.world = world;
    this.report = report;
  }

  @Override
  public void ended(Call call) {
    for (int i = 0; i < call.wants().size(); i++) {
      Want want = call.wants().get(i);
      boolean judged =
          Wants.code(call, i) == Status.Code.OK
              && !want.op().options().getDryRun()
              && !want.op().kind().name().equals("Event");
      if (judged) {
        judge(want, call, i);
      }
    }
  }

  private void judge(Want want, Call call, int index) {
    Message answer = call.response();
    if (answer instanceof WriteResponse batch) {
      WriteResult result = batch.getResults(index);
      ByteString bytes = result.getObject();
      Message object = bytes.isEmpty() ? null : Requests.parse(want.op().kind(), bytes);
      judge(want, result.getResourceVersion(), object);
    } else if (answer != null) {
      judge(want, want.op().kind().metadata(answer).getResourceVersion(), answer);
    }
  }

  private void judge(Want want, String version, @Nullable Message answer) {
    Op op = want.op();
    String name =
        answer != null && op.name().isEmpty() ? op.kind().metadata(answer).getName() : op.name();
    String key = op.withName(name).key();
    long revision = ResourceVersions.revision(version);
    Edit edit = world.edit(key, revision);
    if (edit == null) {
      report.broken(
          "I1",
          want + " was answered with version " + version + ", where nothing of the kind happened");
      return;
    }
    long end = world.endOf(op.kind(), key, revision);
    if (end <= want.call().beganAt()) {
      report.broken(
          "I1",
          "%s was answered with version %s, which was over at revision %d, before it was asked for at %d"
              .formatted(want, version, end, want.call().beganAt()));
      return;
    }
    compare(want, version, answer, edit);
  }

  private void compare(Want want, String version, @Nullable Message answer, Edit edit) {
    Held after = edit.after();
    if (after == null) {
      if (want.op().verb() == Op.Verb.CREATE || want.op().verb() == Op.Verb.BIND) {
        report.broken(
            "I1", want + " was answered with version " + version + ", where it is removed");
      }
      return;
    }
    boolean same = answer == null || Parts.stored(after.kind(), answer).equals(after.object());
    if (!same || !after.version().equals(version)) {
      report.broken(
          "I1",
          "%s was answered with version %s, but the store has other content at %s"
              .formatted(want, version, after.version()));
    } else if (!done(want, edit, after)) {
      report.broken("I1", want + " was acknowledged at version " + version + " but is not done");
    }
  }

  private static boolean done(Want want, Edit edit, Held after) {
    Op op = want.op();
    return switch (op.verb()) {
      case CREATE ->
          edit.isCreation()
              && marked(op.kind().metadata(op.detail()).getAnnotationsMap().get(OPERATION), after);
      case UPDATE ->
          marked(op.kind().metadata(op.detail()).getAnnotationsMap().get(OPERATION), after);
      case PATCH -> patched((PatchRequest) op.detail(), after);
      case DELETE -> after.isGoing();
      case BIND -> Pods.node(Pods.of(after)).equals(((BindRequest) op.detail()).getNodeName());
      case UPDATE_STATUS, ROLLBACK, ACQUIRE -> true;
    };
  }

  private static boolean marked(@Nullable String mark, Held after) {
    return mark == null || mark.equals(after.meta().getAnnotationsMap().get(OPERATION));
  }

  private static boolean patched(PatchRequest patch, Held after) {
    if (!patch.getMergePatch().contains(OPERATION)) {
      return true;
    }
    String mark = after.meta().getAnnotationsMap().get(OPERATION);
    return mark != null && patch.getMergePatch().contains('"' + mark + '"');
  }
}
