package dev.capstan.controller.deployment;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.controller.Claims;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Decides the next step of a Deployment. A step is small: at most one ReplicaSet is made, or sizes
 * change in one direction; what it leads to is looked at before the next.
 */
public final class DeploymentDecision {

  private final DeploymentWorld world;
  private final Rollout rollout;
  private final Instant now;
  private final List<DeploymentAction> actions = new ArrayList<>();
  private Optional<Progress.News> news = Optional.empty();
  private Optional<String> revision = Optional.empty();
  private boolean collided;

  private DeploymentDecision(DeploymentWorld world, Rollout rollout, Instant now) {
    this.world = world;
    this.rollout = rollout;
    this.now = now;
  }

  /** What to do now, in order; empty if everything is as it should be. */
  public static List<DeploymentAction> decide(DeploymentWorld world, Instant now) {
    Deployment deployment = world.deployment();
    Claims<ReplicaSet> claims =
        Claims.of(
            deployment.getMetadata(),
            deployment.getSpec().getSelector(),
            world.sets(),
            ReplicaSet::getMetadata);
    List<DeploymentAction> first = new ArrayList<>();
    claims.release().forEach(set -> first.add(new DeploymentAction.Release(set)));
    claims.adopt().forEach(set -> first.add(new DeploymentAction.Adopt(set)));
    if (!first.isEmpty()) {
      return List.copyOf(first); // Look again when it is known which are ours.
    }
    return new DeploymentDecision(world, Rollout.of(world, claims, now), now).decide();
  }

  private List<DeploymentAction> decide() {
    if (!isGoing() && !world.namespaceGoing()) {
      rollout.current().ifPresent(this::annotate);
      step();
    }
    if (!collided) {
      finish();
    }
    return List.copyOf(actions);
  }

  private boolean isGoing() {
    return world.deployment().getMetadata().hasDeletionTimestamp();
  }

  /** Keeps the notes on the current ReplicaSet right; a new revision on it is news. */
  private void annotate(OwnedSet current) {
    Deployment deployment = rollout.deployment();
    long next = Revisions.next(rollout.old());
    Map<String, String> notes = Revisions.outdated(deployment, current.set(), next);
    int minReady = deployment.getSpec().getMinReadySeconds();
    if (!notes.isEmpty() || minReady != current.set().getSpec().getMinReadySeconds()) {
      actions.add(new DeploymentAction.Annotate(current.set(), notes, minReady));
    }
    revision = Optional.of(Long.toString(Math.max(next, Revisions.of(current.set()))));
    if (Revisions.of(current.set()) < next) {
      // An old template is current again: without this its deadline would never start to run.
      news = Optional.of(Progress.News.found(current.name()));
    }
  }

  private void step() {
    if (rollout.isUnobserved()) {
      return; // The ReplicaSet's status will wake us.
    }
    boolean paused = rollout.deployment().getSpec().getPaused();
    if ((paused || Scaling.isDue(rollout)) && scale(Scaling.sizes(rollout))) {
      return;
    }
    if (!paused && Bounds.isRolling(rollout.deployment())) {
      roll();
    } else if (!paused) {
      recreate();
    }
  }

  private void roll() {
    if (rollout.current().isEmpty()) {
      create();
    } else {
      scale(RollingUpdate.step(rollout, rollout.current().get()));
    }
  }

  private void recreate() {
    if (scale(Recreate.dismiss(rollout)) || Recreate.oldPodsRun(rollout)) {
      return;
    }
    if (rollout.current().isEmpty()) {
      create();
    } else {
      scale(Recreate.fill(rollout, rollout.current().get()));
    }
  }

  /** Makes the current ReplicaSet, or counts a collision if its name is taken by another one. */
  private void create() {
    String name = CurrentSet.name(rollout.deployment());
    if (world.nameTaken().test(name)) {
      DeploymentStatus status = rollout.deployment().getStatus();
      actions.add(
          new DeploymentAction.SetStatus(
              status.toBuilder().setCollisionCount(status.getCollisionCount() + 1).build()));
      collided = true; // Everything else waits for the new name.
      return;
    }
    ReplicaSet set = CurrentSet.make(rollout);
    actions.add(new DeploymentAction.CreateSet(set));
    revision = Optional.of(Revisions.text(set));
    news = Optional.of(Progress.News.created(name));
  }

  /** Adds the changes of size; false if there are none. */
  private boolean scale(Map<OwnedSet, Integer> sizes) {
    boolean any = false;
    for (Map.Entry<OwnedSet, Integer> entry : sizes.entrySet()) {
      ReplicaSet set = entry.getKey().set();
      int size = entry.getValue();
      Map<String, String> notes = Revisions.outdatedSizes(rollout.bounds(), set);
      if (size != entry.getKey().wanted() || !notes.isEmpty()) {
        actions.add(new DeploymentAction.Scale(set, size, notes));
        any = true;
      }
    }
    return any;
  }

  /**
   * Both are stored on the version that was read, so a turn writes one of them: the status, and the
   * revision in the turn after it.
   */
  private void finish() {
    DeploymentStatus status = RolloutStatus.of(rollout, news, now);
    boolean settled =
        rollout.deployment().getSpec().getPaused()
            || RolloutStatus.isComplete(rollout.deployment(), status);
    if (actions.isEmpty() && settled && !isGoing()) {
      History.beyondLimit(rollout).forEach(set -> actions.add(new DeploymentAction.DeleteSet(set)));
    }
    if (!status.equals(rollout.deployment().getStatus())) {
      actions.add(new DeploymentAction.SetStatus(status));
    } else {
      revision
          .filter(shown -> !shown.equals(noted()))
          .ifPresent(shown -> actions.add(new DeploymentAction.SetRevision(shown)));
    }
    nextLook(status).ifPresent(after -> actions.add(new DeploymentAction.LookAgain(after)));
  }

  private String noted() {
    return rollout
        .deployment()
        .getMetadata()
        .getAnnotationsOrDefault(WellKnown.ANNOTATION_REVISION, "");
  }

  /** When time alone will change something: a pod becomes available, or the deadline passes. */
  private Optional<Duration> nextLook(DeploymentStatus status) {
    Stream<Duration> pods = rollout.all().stream().flatMap(set -> nextAvailable(set).stream());
    Stream<Duration> deadline =
        Progress.untilDeadline(rollout.deployment(), status.getConditionsList(), now)
            .map(left -> left.plusSeconds(1))
            .stream();
    return Stream.concat(pods, deadline).min(Duration::compareTo);
  }

  private Optional<Duration> nextAvailable(OwnedSet set) {
    int minReady = set.set().getSpec().getMinReadySeconds();
    return world.podsOf(set.set()).replicas().nextAvailable(minReady, now);
  }
}
