package dev.capstan.e2e.controllers;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.api.v1.Taint;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Just enough of a scheduler and of kubelets: pods are bound to nodes in turn, become ready, and go
 * when they are told to. A silent node does nothing at all.
 */
final class FakeNodes {

  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private final Api api;
  private final Simulation sim;
  private final Set<String> names = new LinkedHashSet<>();
  private final Set<String> silent = new TreeSet<>();
  private long lastBeat = Long.MIN_VALUE;
  private int turn;

  /** Pods of this image never become ready. */
  String broken = "none";

  FakeNodes(Api api, Simulation sim) {
    this.api = api;
    this.sim = sim;
  }

  void start(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      String name = "node-" + i;
      names.add(name);
      Node node = Node.newBuilder().setMetadata(ObjectMeta.newBuilder().setName(name)).build();
      api.nodes().create(node);
      api.leases()
          .namespace(WellKnown.NAMESPACE_NODE_LEASE)
          .create(
              Lease.newBuilder()
                  .setMetadata(
                      ObjectMeta.newBuilder()
                          .setNamespace(WellKnown.NAMESPACE_NODE_LEASE)
                          .setName(name))
                  .build());
    }
    sim.seam().threads().start("nodes", this::run);
  }

  void silence(String node) {
    silent.add(node);
  }

  void speak(String node) {
    silent.remove(node);
  }

  private void run() {
    try {
      while (true) {
        tick();
        sim.seam().clock().sleep(TICK);
      }
    } catch (InterruptedException e) {
      return; // The end of the simulation.
    }
  }

  private void tick() throws InterruptedException {
    long now = sim.seam().clock().nanoTime();
    if (lastBeat == Long.MIN_VALUE || now - lastBeat >= HEARTBEAT.toNanos()) {
      lastBeat = now;
      for (String name : List.copyOf(names)) {
        attempt(() -> beat(name));
      }
    }
    for (Pod pod : api.pods().list().items()) {
      attempt(() -> serve(pod));
    }
  }

  private interface Attempt {
    void run() throws InterruptedException;
  }

  private static void attempt(Attempt attempt) throws InterruptedException {
    try {
      attempt.run();
    } catch (ApiException e) {
      return; // Somebody was faster; there is a next tick.
    }
  }

  private void beat(String name) throws InterruptedException {
    if (silent.contains(name)) {
      return;
    }
    Optional<Node> node = api.nodes().find(name);
    if (node.isEmpty()) {
      return;
    }
    String time =
        sim.seam().clock().now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS).toString();
    api.leases()
        .namespace(WellKnown.NAMESPACE_NODE_LEASE)
        .patch(name, "{\"spec\":{\"renewTime\":\"" + time + "\"}}");
    Condition ready =
        node.get().getStatus().getConditionsList().stream()
            .findFirst()
            .orElse(Condition.getDefaultInstance());
    if (!ready.getStatus().equals(WellKnown.TRUE)) {
      Node.Builder fresh = node.get().toBuilder();
      fresh.getStatusBuilder().clearConditions().addConditions(condition());
      api.nodes().updateStatus(fresh.build());
    }
  }

  private Condition condition() {
    return Condition.newBuilder()
        .setType(WellKnown.CONDITION_READY)
        .setStatus(WellKnown.TRUE)
        .setLastTransitionTime(ApiTimes.seconds(sim.seam().clock().now()))
        .build();
  }

  private void serve(Pod pod) throws InterruptedException {
    String node = pod.getSpec().getNodeName();
    if (node.isEmpty()) {
      next()
          .ifPresent(name -> {
            try {
              bind(pod, name);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    } else if (silent.contains(node) || !names.contains(node)) {
      return;
    } else if (pod.getMetadata().hasDeletionTimestamp()) {
      DeleteOptions options =
          DeleteOptions.newBuilder()
              .setGracePeriodSeconds(0)
              .setPreconditions(Preconditions.newBuilder().setUid(pod.getMetadata().getUid()))
              .build();
      api.pods()
          .namespace(pod.getMetadata().getNamespace())
          .delete(pod.getMetadata().getName(), options);
    } else if (!pod.getStatus().getPhase().equals("Running")
        && !pod.getSpec().getContainers(0).getImage().equals(broken)) {
      PodStatus status =
          pod.getStatus().toBuilder()
              .setPhase("Running")
              .clearConditions()
              .addConditions(condition())
              .build();
      api.pods().updateStatus(pod.toBuilder().setStatus(status).build());
    }
  }

  private void bind(Pod pod, String node) throws InterruptedException {
    api.bind(
        BindRequest.newBuilder()
            .setNamespace(pod.getMetadata().getNamespace())
            .setName(pod.getMetadata().getName())
            .setUid(pod.getMetadata().getUid())
            .setNodeName(node)
            .build());
  }

  /** The next node without taints. */
  private Optional<String> next() throws InterruptedException {
    List<String> free =
        api.nodes().list().items().stream()
            .filter(node -> names.contains(node.getMetadata().getName()))
            .filter(node -> node.getSpec().getTaintsList().stream().noneMatch(FakeNodes::repels))
            .map(node -> node.getMetadata().getName())
            .toList();
    return free.isEmpty() ? Optional.empty() : Optional.of(free.get(turn++ % free.size()));
  }

  private static boolean repels(Taint taint) {
    return !taint.getEffect().equals("PreferNoSchedule");
  }
}
