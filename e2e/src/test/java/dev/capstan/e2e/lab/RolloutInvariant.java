package dev.capstan.e2e.lab;

import dev.capstan.api.Conditions;
import dev.capstan.api.IntOrStrings;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Api;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.cache.Snapshot;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Watches one Deployment and checks at every revision it sees that the bounds of a rolling update
 * hold: at least replicas − maxUnavailable pods are ready, and there are at most replicas +
 * maxSurge that have not ended and are not being deleted.
 */
public final class RolloutInvariant implements AutoCloseable {

  private final String name;
  private final InformerSet informers;
  private final List<String> violations = new CopyOnWriteArrayList<>();
  private final AtomicInteger revisions = new AtomicInteger();

  private RolloutInvariant(Api api, String name) {
    this.name = name;
    this.informers = InformerSet.of(api).watch(ObjectType.DEPLOYMENT).watch(ObjectType.POD).build();
  }

  /** Starts watching a Deployment in namespace default that is complete. */
  public static RolloutInvariant of(Api api, String name) throws InterruptedException {
    RolloutInvariant invariant = new RolloutInvariant(api, name);
    invariant.informers.onVersion(version -> invariant.check());
    invariant.informers.start();
    invariant.informers.awaitSynced();
    return invariant;
  }

  private void check() {
    revisions.incrementAndGet();
    Snapshot snapshot = informers.snapshot();
    snapshot.find(ObjectType.DEPLOYMENT, "default", name).ifPresent(d -> check(snapshot, d));
  }

  private void check(Snapshot snapshot, Deployment deployment) {
    int replicas = deployment.getSpec().getReplicas();
    var bounds = deployment.getSpec().getStrategy().getRollingUpdate();
    int least = replicas - IntOrStrings.scaled(bounds.getMaxUnavailable(), replicas, false);
    int most = replicas + IntOrStrings.scaled(bounds.getMaxSurge(), replicas, true);
    List<Pod> pods =
        snapshot.list(ObjectType.POD, "default").stream().filter(this::counts).toList();
    long ready = pods.stream().filter(RolloutInvariant::ready).count();
    if (ready < least) {
      violations.add("only " + ready + " of at least " + least + " ready at " + snapshot.version());
    }
    if (pods.size() > most) {
      violations.add(pods.size() + " pods of at most " + most + " at " + snapshot.version());
    }
  }

  private boolean counts(Pod pod) {
    String phase = pod.getStatus().getPhase();
    return name.equals(pod.getMetadata().getLabelsOrDefault("app", ""))
        && !pod.getMetadata().hasDeletionTimestamp()
        && !phase.equals("Succeeded")
        && !phase.equals("Failed");
  }

  private static boolean ready(Pod pod) {
    return Conditions.isTrue(pod.getStatus().getConditionsList(), WellKnown.CONDITION_READY);
  }

  /** What was violated so far; empty is good. */
  public List<String> violations() {
    return List.copyOf(violations);
  }

  /** How many revisions were looked at. */
  public int revisions() {
    return revisions.get();
  }

  @Override
  public void close() {
    informers.close();
  }
}
