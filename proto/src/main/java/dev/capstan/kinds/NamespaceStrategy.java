package dev.capstan.kinds;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.NamespaceSpec;
import dev.capstan.api.v1.NamespaceStatus;
import java.util.ArrayList;
import java.util.List;

/**
 * Namespaces: they stay, Terminating, until their own finalizer is taken away by the namespace
 * controller.
 */
public final class NamespaceStrategy implements Strategy<Namespace> {

  static final String ACTIVE = "Active";
  static final String TERMINATING = "Terminating";

  @Override
  public boolean nameIsLabel() {
    return true;
  }

  @Override
  public Namespace defaulted(Namespace object) {
    String name = object.getMetadata().getName();
    if (name.isEmpty()) {
      return object;
    }
    Namespace.Builder result = object.toBuilder();
    result.getMetadataBuilder().putLabels(WellKnown.LABEL_NAMESPACE_NAME, name);
    return result.build();
  }

  @Override
  public Namespace created(Namespace object) {
    return object.toBuilder()
        .setSpec(NamespaceSpec.newBuilder().addFinalizers(WellKnown.FINALIZER_NAMESPACE))
        .setStatus(NamespaceStatus.newBuilder().setPhase(ACTIVE))
        .build();
  }

  /**
   * Lets the namespace controller take finalizers away. Only from a namespace that is being
   * deleted, and only by an update of the version that was read (it carries the deletionTimestamp):
   * a manifest applied by a user who knows nothing of finalizers must not finish a deletion.
   */
  @Override
  public Namespace updated(Namespace old, Namespace sent, Namespace fresh) {
    boolean mayFinalize =
        old.getMetadata().hasDeletionTimestamp()
            && sent.getMetadata().hasDeletionTimestamp()
            && !sent.getMetadata().getResourceVersion().isEmpty();
    if (!mayFinalize) {
      return fresh;
    }
    List<String> left = new ArrayList<>(old.getSpec().getFinalizersList());
    left.retainAll(sent.getSpec().getFinalizersList());
    Namespace.Builder result = fresh.toBuilder();
    result.getSpecBuilder().clearFinalizers().addAllFinalizers(left);
    return result.build();
  }

  @Override
  public Namespace terminating(Namespace object) {
    Namespace.Builder result = object.toBuilder();
    result.getStatusBuilder().setPhase(TERMINATING);
    return result.build();
  }

  @Override
  public void validateStatus(Namespace old, Namespace fresh, Violations at) {
    boolean going = old.getMetadata().hasDeletionTimestamp();
    at.at("status")
        .at("phase")
        .check(
            fresh.getStatus().getPhase().equals(going ? TERMINATING : ACTIVE),
            "must be "
                + (going ? TERMINATING : ACTIVE)
                + " while the namespace is "
                + (going ? "being deleted" : "not being deleted"));
  }

  @Override
  public boolean heldBack(Namespace object) {
    return object.getSpec().getFinalizersCount() > 0;
  }

  /** True if nothing may be created in it any more. */
  public static boolean isTerminating(Namespace namespace) {
    return namespace.getMetadata().hasDeletionTimestamp()
        || namespace.getStatus().getPhase().equals(TERMINATING);
  }
}
