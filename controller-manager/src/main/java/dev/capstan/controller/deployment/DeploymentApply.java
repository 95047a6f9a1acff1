package dev.capstan.controller.deployment;

import com.google.gson.JsonObject;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.client.ObjectType;
import dev.capstan.controller.Change;
import dev.capstan.controller.Cluster;
import dev.capstan.controller.EventTexts;
import dev.capstan.controller.Owners;
import dev.capstan.controller.Patches;
import dev.capstan.controller.Written;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Carries out what {@link DeploymentDecision} decided. */
public final class DeploymentApply {

  private final Cluster cluster;

  public DeploymentApply(Cluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Carries out the actions in order, up to the first that fails. What the server refuses is told
   * by an event and, while a rollout is under way and needs it, by the conditions of the
   * Deployment.
   *
   * @return what became of the last one tried
   */
  public Written apply(Deployment deployment, List<DeploymentAction> actions, Instant now)
      throws InterruptedException {
    for (DeploymentAction action : actions) {
      Written written = apply(deployment, action);
      if (written instanceof Written.Refused(String why)) {
        Progress.News news = Progress.News.refused(action, why);
        tell(deployment, Cluster.EventType.WARNING, news.reason(), news.message());
        if (Progress.showsRefusal(deployment, action)) {
          say(deployment, news, now);
        }
      }
      if (!written.done()) {
        return written;
      }
    }
    return new Written.Done();
  }

  private Written apply(Deployment deployment, DeploymentAction action)
      throws InterruptedException {
    return switch (action) {
      case DeploymentAction.Adopt(ReplicaSet set) -> adopt(deployment, set);
      case DeploymentAction.Release(ReplicaSet set) ->
          patchOwners(
              set.getMetadata(),
              Owners.without(set.getMetadata(), deployment.getMetadata().getUid()));
      case DeploymentAction.CreateSet(ReplicaSet set) -> create(deployment, set);
      case DeploymentAction.Scale(ReplicaSet set, int to, Map<String, String> notes) ->
          scale(deployment, set, to, notes);
      case DeploymentAction.Annotate(ReplicaSet set, Map<String, String> notes, int minReady) ->
          annotate(set, notes, minReady);
      case DeploymentAction.DeleteSet(ReplicaSet set) -> delete(set.getMetadata());
      case DeploymentAction.SetRevision(String revision) ->
          write(
              new Change.Patch(
                  ObjectType.DEPLOYMENT,
                  Change.key(deployment.getMetadata()),
                  Change.unchanged(deployment.getMetadata()),
                  Patches.annotations(Map.of(WellKnown.ANNOTATION_REVISION, revision))));
      case DeploymentAction.SetStatus(DeploymentStatus status) -> status(deployment, status);
      case DeploymentAction.LookAgain ignored -> new Written.Done();
    };
  }

  /** Takes an orphan, if the Deployment still is what it was: see ReplicaSetApply. */
  private Written adopt(Deployment deployment, ReplicaSet set) throws InterruptedException {
    boolean alive =
        cluster
            .get(ObjectType.DEPLOYMENT, Change.key(deployment.getMetadata()))
            .map(Deployment::getMetadata)
            .filter(meta -> meta.getUid().equals(deployment.getMetadata().getUid()))
            .filter(meta -> !meta.hasDeletionTimestamp())
            .isPresent();
    if (!alive) {
      return new Written.Gone("the deployment is being deleted");
    }
    List<OwnerReference> owners = new ArrayList<>(set.getMetadata().getOwnerReferencesList());
    owners.add(Owners.controllerRef("apps/v1", "Deployment", deployment.getMetadata()));
    return patchOwners(set.getMetadata(), owners);
  }

  private Written patchOwners(ObjectMeta set, List<OwnerReference> owners)
      throws InterruptedException {
    return write(
        new Change.Patch(
            ObjectType.REPLICA_SET,
            Change.key(set),
            Change.unchanged(set),
            Patches.ownerReferences(owners)));
  }

  private void say(Deployment deployment, Progress.News news, Instant now)
      throws InterruptedException {
    DeploymentStatus before = deployment.getStatus();
    DeploymentStatus after =
        before.toBuilder()
            .clearConditions()
            .addAllConditions(Progress.refused(deployment, news, now))
            .build();
    if (!after.equals(before)) {
      status(deployment, after);
    }
  }

  private Written create(Deployment deployment, ReplicaSet set) throws InterruptedException {
    Written written = write(new Change.Create<>(ObjectType.REPLICA_SET, set));
    if (written.done()) {
      scaled(deployment, set, 0, set.getSpec().getReplicas());
    }
    return written;
  }

  private Written scale(Deployment deployment, ReplicaSet set, int to, Map<String, String> notes)
      throws InterruptedException {
    JsonObject patch = Patches.annotations(notes);
    JsonObject spec = new JsonObject();
    spec.addProperty("replicas", to);
    patch.add("spec", spec);
    Written written = patchSet(set, patch);
    int from = set.getSpec().hasReplicas() ? set.getSpec().getReplicas() : 1;
    if (written.done()) {
      scaled(deployment, set, from, to);
    }
    return written;
  }

  private Written annotate(ReplicaSet set, Map<String, String> notes, int minReady)
      throws InterruptedException {
    JsonObject patch = Patches.annotations(notes);
    JsonObject spec = new JsonObject();
    spec.addProperty("minReadySeconds", minReady);
    patch.add("spec", spec);
    return patchSet(set, patch);
  }

  /**
   * Only this controller writes these fields, and still they are written on the version that was
   * read: a request that was given up may arrive seconds later, when another size is right.
   */
  private Written patchSet(ReplicaSet set, JsonObject patch) throws InterruptedException {
    ObjectMeta meta = set.getMetadata();
    return write(
        new Change.Patch(ObjectType.REPLICA_SET, Change.key(meta), Change.unchanged(meta), patch));
  }

  private Written delete(ObjectMeta set) throws InterruptedException {
    DeleteOptions options =
        DeleteOptions.newBuilder().setPreconditions(Change.unchanged(set)).build();
    Written written = write(new Change.Delete(ObjectType.REPLICA_SET, Change.key(set), options));
    return written instanceof Written.Gone ? new Written.Done() : written;
  }

  private Written status(Deployment deployment, DeploymentStatus status)
      throws InterruptedException {
    Deployment fresh = deployment.toBuilder().setStatus(status).build();
    return write(new Change.UpdateStatus<>(ObjectType.DEPLOYMENT, fresh));
  }

  private Written write(Change change) throws InterruptedException {
    return cluster.write(List.of(change)).getFirst();
  }

  private void scaled(Deployment deployment, ReplicaSet set, int from, int to) {
    if (from == to) {
      return;
    }
    String message =
        "Scaled %s replica set %s from %d to %d"
            .formatted(from < to ? "up" : "down", set.getMetadata().getName(), from, to);
    tell(deployment, Cluster.EventType.NORMAL, "ScalingReplicaSet", message);
  }

  private void tell(Deployment deployment, Cluster.EventType type, String reason, String message) {
    cluster.event(
        EventTexts.reference("apps/v1", "Deployment", deployment.getMetadata()),
        type,
        reason,
        message);
  }
}
