package dev.capstan.e2e.sim.check;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.capstan.api.WellKnown;
import org.jspecify.annotations.Nullable;

/**
 * What an object is told of itself only ever grows: its uid stays while it is there, its generation
 * counts every change of its spec, the generation its controller has observed never falls nor runs
 * ahead, a deletion once asked for is not taken back, and the revision of a ReplicaSet never falls.
 */
final class Lifecycles implements Rule {

  private final Report report;

  Lifecycles(Report report) {
    this.report = report;
  }

  @Override
  public void committed(Commit commit) {
    for (Edit edit : commit.edits()) {
      if (edit.before() != null && edit.after() != null) {
        judge(edit, edit.before(), edit.after());
      }
      if (edit.after() != null) {
        observed(edit.before(), edit.after());
      }
    }
  }

  private void judge(Edit edit, Held before, Held after) {
    if (!before.uid().equals(after.uid())) {
      broken(after + " took the place of uid " + before.uid() + " without a deletion");
    }
    if (before.isGoing() && !after.isGoing()) {
      broken(after + " was being deleted and is not any more");
    }
    generation(before, after);
    if (edit.is("ReplicaSet")) {
      long was = revision(before);
      long is = revision(after);
      if (is < was) {
        broken("%s fell from rollout revision %d to %d".formatted(after, was, is));
      }
    }
  }

  private void generation(Held before, Held after) {
    FieldDescriptor spec = after.kind().specField();
    long was = before.meta().getGeneration();
    long is = after.meta().getGeneration();
    if (spec == null || after.kind().name().equals("Lease")) {
      return; // A lease's epoch is put in after its generation is counted.
    }
    boolean same = before.object().getField(spec).equals(after.object().getField(spec));
    boolean marked = before.isGoing() != after.isGoing();
    boolean right = same ? is == was || (marked && is == was + 1) : is == was + 1;
    if (!right) {
      broken(
          "%s went from generation %d to %d with %s spec"
              .formatted(after, was, is, same ? "the same" : "another"));
    }
  }

  private void observed(@Nullable Held before, Held after) {
    long is = observed(after);
    long was = before == null || !before.uid().equals(after.uid()) ? 0 : observed(before);
    if (is < was || is > after.meta().getGeneration()) {
      broken(
          "%s of generation %d went from observed generation %d to %d"
              .formatted(after, after.meta().getGeneration(), was, is));
    }
  }

  private static long observed(Held held) {
    FieldDescriptor status = held.kind().statusField();
    if (status == null) {
      return 0;
    }
    FieldDescriptor field = status.getMessageType().findFieldByName("observed_generation");
    return field == null ? 0 : (Long) ((Message) held.object().getField(status)).getField(field);
  }

  private static long revision(Held set) {
    String text = set.meta().getAnnotationsOrDefault(WellKnown.ANNOTATION_REVISION, "0");
    return text.matches("[0-9]{1,18}") ? Long.parseLong(text) : 0;
  }

  private void broken(String what) {
    report.broken("identity", what);
  }
}
