package dev.capstan.e2e.sim.check;

import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.OwnerReference;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ownership: nothing goes that nobody may take away.
 *
 * <ul>
 *   <li>What has finalizers stays until each is taken away by an update; a request to delete itself
 *       decides only about those of its own propagation policy.
 *   <li>A kubelet confirms the end of pods that are being deleted, and of no others: it must not
 *       hit a new pod of an old name.
 *   <li>Controllers delete what has owners only once none of them, by uid, is there any more or all
 *       are going; what has no owner they never delete. Except: content of a namespace that goes;
 *       pods of a node that is gone or drives them out; pods that a ReplicaSet ever managed, which
 *       may be surplus; empty ReplicaSets beyond a deployment's history.
 *   <li>An object deleted in the foreground goes after those of its dependents that block it and
 *       were there when its deletion began.
 *   <li>Nothing is made in a namespace that is not there or goes, and a namespace goes empty.
 * </ul>
 */
final class Deletions implements Rule {

  private final World world;
  private final Report report;
  private final Wants wants;
  private final Causes causes;
  private final KindRegistry kinds;

  Deletions(World world, Report report, Wants wants, Causes causes, Setup setup) {
    this.world = world;
    this.report = report;
    this.wants = wants;
    this.causes = causes;
    this.kinds = setup.kinds();
  }

  @Override
  public void committed(Commit commit) {
    for (Edit edit : commit.edits()) {
      if (edit.is("Event")) {
        continue;
      }
      Held before = edit.before();
      if (before == null) {
        created(edit.any());
        continue;
      }
      if (edit.isRemoval() && !edit.unread()) {
        removed(edit, before, commit.revision());
      }
      boolean begins = edit.after() == null || edit.after().isGoing();
      if (begins && !before.isGoing() && wants.wired()) {
        begun(edit, before);
      }
    }
  }

  private void created(Held made) {
    if (made.kind().namespaced()) {
      Held namespace = world.find(kinds.require("Namespace"), "", made.namespace());
      if (namespace == null || namespace.isGoing()) {
        String how = namespace == null ? "does not exist" : "is being deleted";
        broken(made + " is created in a namespace that " + how);
      }
    }
  }

  private void removed(Edit edit, Held before, long revision) {
    finalizers(edit, before);
    if (before.object() instanceof Namespace) {
      for (Kind kind : kinds.kinds()) {
        for (Held left : world.all(kind.name())) {
          if (left.namespace().equals(before.name()) && !kind.name().equals("Event")) {
            broken("namespace " + before.name() + " is removed while " + left + " is in it");
            return;
          }
        }
      }
    }
    if (before.meta().getFinalizersList().contains(WellKnown.FINALIZER_FOREGROUND)) {
      foreground(edit, before, revision);
    }
  }

  private void finalizers(Edit edit, Held before) {
    List<String> left = new ArrayList<>(before.meta().getFinalizersList());
    if (before.object() instanceof Namespace namespace) {
      left.addAll(namespace.getSpec().getFinalizersList());
    }
    List<Want> explaining = wants.explaining(edit);
    if (left.isEmpty() || explaining.isEmpty()) {
      return;
    }
    for (Want want : explaining) {
      boolean updates = want.op().verb() != Op.Verb.DELETE;
      boolean decides = want.op().detail() instanceof DeleteRequest r && decidesAll(r, left);
      if (updates || decides) {
        return;
      }
    }
    broken(before + " is removed by a deletion although it has finalizers " + left);
  }

  private static boolean decidesAll(DeleteRequest request, List<String> finalizers) {
    return !request.getOptions().getPropagationPolicy().isEmpty()
        && List.of(WellKnown.FINALIZER_FOREGROUND, WellKnown.FINALIZER_ORPHAN)
            .containsAll(finalizers);
  }

  private void foreground(Edit edit, Held owner, long revision) {
    if (!causes.isControllers(edit)) {
      return;
    }
    long began = world.beganGoing(owner, revision);
    for (Kind kind : kinds.kinds()) {
      for (Held child : world.all(kind.name())) {
        Held then = blocks(child, owner) ? world.at(kind, child.key(), began) : null;
        if (then != null && then.uid().equals(child.uid()) && blocks(then, owner)) {
          broken(
              "%s, deleted in the foreground, is removed while %s is there"
                  .formatted(owner, child));
          return;
        }
      }
    }
  }

  private static boolean blocks(Held child, Held owner) {
    for (OwnerReference reference : child.meta().getOwnerReferencesList()) {
      if (reference.getUid().equals(owner.uid()) && reference.getBlockOwnerDeletion()) {
        return true;
      }
    }
    return false;
  }

  private void begun(Edit edit, Held before) {
    List<Want> explaining = wants.explaining(edit);
    if (explaining.isEmpty()) {
      return;
    }
    if (explaining.stream().allMatch(want -> want.role() == Role.KUBELET)) {
      broken(
          before
              + " (uid "
              + before.uid()
              + ") is deleted by a kubelet, but nobody had asked for its deletion");
    } else if (explaining.stream().allMatch(want -> want.role() == Role.CONTROLLERS)) {
      byControllers(edit, before);
    } else if (explaining.stream().allMatch(want -> want.role() == Role.SCHEDULER)) {
      broken(before + " is deleted by a scheduler");
    }
  }

  private void byControllers(Edit edit, Held before) {
    Held namespace = world.find(kinds.require("Namespace"), "", before.namespace());
    boolean excused = namespace != null && namespace.isGoing();
    if (edit.is("Pod")) {
      excused |= !causes.isScaleDown(edit) || world.wasManaged(before);
    } else if (edit.is("ReplicaSet")) {
      excused |= Owners.wanted(Owners.set(before)) == 0;
    }
    if (excused) {
      return;
    }
    if (before.meta().getOwnerReferencesCount() == 0) {
      broken(before + " (uid " + before.uid() + ") has no owner but is deleted by controllers");
      return;
    }
    for (OwnerReference reference : before.meta().getOwnerReferencesList()) {
      Held owner = owner(before, reference);
      if (owner != null && !owner.isGoing()) {
        broken(before + " is deleted by controllers while its owner " + owner + " is there");
        return;
      }
    }
  }

  private @Nullable Held owner(Held child, OwnerReference reference) {
    Kind kind = kinds.byName(reference.getKind()).orElse(null);
    if (kind == null) {
      return null;
    }
    String namespace = kind.namespaced() ? child.namespace() : "";
    Held owner = world.find(kind, namespace, reference.getName());
    return owner != null && owner.uid().equals(reference.getUid()) ? owner : null;
  }

  private void broken(String what) {
    report.broken("ownership", what);
  }
}
