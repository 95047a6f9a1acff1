package dev.capstan.e2e.sim.check;

import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.Pod;
import org.jspecify.annotations.Nullable;

/** One write of one call, and what its client knows of it. */
final class Want {

  /** What the client was told. */
  enum Outcome {
    /** Nothing yet. */
    OPEN,
    /** It is done. */
    DONE,
    /** It is not done and never will be. */
    REFUSED,
    /** Nothing certain: it may have happened, or may still happen. */
    UNKNOWN
  }

  private final Call call;
  private final Op op;
  private final String version;
  private Outcome outcome = Outcome.OPEN;
  private @Nullable Edit deed;

  Want(Call call, Op op) {
    this.call = call;
    this.op = op;
    this.version = version(op);
  }

  /** The version the object must have; empty for any. */
  private static String version(Op op) {
    return switch (op.verb()) {
      case UPDATE, UPDATE_STATUS -> op.kind().metadata(op.detail()).getResourceVersion();
      case PATCH -> ((PatchRequest) op.detail()).getPreconditions().getResourceVersion();
      case DELETE ->
          ((DeleteRequest) op.detail()).getOptions().getPreconditions().getResourceVersion();
      case CREATE, BIND, ROLLBACK, ACQUIRE -> "";
    };
  }

  Call call() {
    return call;
  }

  Op op() {
    return op;
  }

  Role role() {
    return call.role();
  }

  Outcome outcome() {
    return outcome;
  }

  void settle(Outcome what) {
    outcome = what;
  }

  /** It did this: nobody else asked for anything of the kind. */
  void did(Edit edit) {
    deed = edit;
  }

  /** What it certainly did; null if nothing is known. */
  @Nullable Edit deed() {
    return deed;
  }

  /** True if it may still take effect. */
  boolean mayHappen() {
    return outcome == Outcome.OPEN || outcome == Outcome.UNKNOWN;
  }

  /** The revision of the epoch under which it is asked for; -1 without a fence. */
  long epoch() {
    return op.options().hasFence()
        ? ResourceVersions.revision(op.options().getFence().getEpoch())
        : -1;
  }

  /** True if this edit can be what was asked for, its preconditions held. */
  boolean explains(Edit edit) {
    Held before = edit.before();
    if (before == null) {
      return op.verb() == Op.Verb.CREATE || op.verb() == Op.Verb.ACQUIRE;
    }
    Held after = edit.after();
    if (edit.unread()) {
      return after == null && isAboutAnyObject();
    }
    boolean holds =
        (op.uid().isEmpty() || op.uid().equals(before.uid()))
            && (version.isEmpty() || version.equals(before.version()));
    return holds && (after == null ? mayRemove(before) : mayChange(before, after));
  }

  /**
   * A request to delete whatever has the name. What cannot be read goes by no other: nobody knows
   * whether it is what a precondition says, and nothing overwrites it.
   */
  private boolean isAboutAnyObject() {
    return op.verb() == Op.Verb.DELETE && op.uid().isEmpty() && version.isEmpty();
  }

  private boolean mayRemove(Held before) {
    return switch (op.verb()) {
      case DELETE -> mayGoAtOnce(before);
      // Taking away the last finalizer lets go what is being deleted.
      case UPDATE, PATCH -> before.isGoing();
      case CREATE, UPDATE_STATUS, BIND, ROLLBACK, ACQUIRE -> false;
    };
  }

  /** A request to delete that removes the object instead of marking it. */
  boolean mayGoAtOnce(Held held) {
    if (!(op.detail() instanceof DeleteRequest delete)) {
      return false;
    }
    if (!held.kind().name().equals("Pod")) {
      return true;
    }
    Pod pod = Pods.of(held);
    DeleteOptions options = delete.getOptions();
    long grace =
        options.hasGracePeriodSeconds()
            ? options.getGracePeriodSeconds()
            : pod.getSpec().getTerminationGracePeriodSeconds();
    boolean waitsForNothing =
        pod.getMetadata().hasDeletionTimestamp()
            && pod.getMetadata().getDeletionGracePeriodSeconds() == 0;
    return grace == 0 || waitsForNothing || Pods.node(pod).isEmpty() || Pods.isTerminal(pod);
  }

  private boolean mayChange(Held before, Held after) {
    return switch (op.verb()) {
      case CREATE -> false;
      case UPDATE -> true;
      case PATCH -> !((PatchRequest) op.detail()).getStatus() || Parts.onlyStatus(before, after);
      case UPDATE_STATUS -> Parts.onlyStatus(before, after);
      case DELETE -> after.isGoing();
      case BIND ->
          Pods.node(Pods.of(before)).isEmpty()
              && Pods.node(Pods.of(after)).equals(((BindRequest) op.detail()).getNodeName());
      case ROLLBACK -> true;
      case ACQUIRE -> true;
    };
  }

  @Override
  public String toString() {
    return op + " by " + call.client();
  }
}
