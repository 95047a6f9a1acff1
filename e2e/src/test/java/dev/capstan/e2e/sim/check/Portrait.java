package dev.capstan.e2e.sim.check;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.Secret;
import dev.capstan.api.v1.Taint;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Draws the {@link EndState}. */
final class Portrait {

  private final World world;
  private final Owners owners;
  private final TreeMap<String, String> things = new TreeMap<>();
  private final TreeSet<String> bare = new TreeSet<>();
  private boolean crowded;

  private Portrait(World world, Owners owners) {
    this.world = world;
    this.owners = owners;
  }

  static EndState draw(World world, Owners owners) {
    return new Portrait(world, owners).draw();
  }

  private EndState draw() {
    crowded =
        world.all("Pod").stream()
            .map(Pods::of)
            .anyMatch(pod -> Pods.isActive(pod) && Pods.node(pod).isEmpty());
    world.all("Namespace").forEach(held -> things.put(held.toString(), going(held, "there")));
    world.all("ConfigMap").forEach(this::data);
    world.all("Secret").forEach(this::data);
    world.all("Node").forEach(this::node);
    owners.deployments().forEach(this::deployment);
    owners.sets().forEach(this::set);
    pods();
    return new EndState(things, bare);
  }

  private static String going(Held held, String what) {
    return held.isGoing() ? what + ", being deleted" : what;
  }

  private void data(Held held) {
    String data =
        switch (held.object()) {
          case ConfigMap map -> new TreeMap<>(map.getDataMap()).toString();
          case Secret secret -> new TreeMap<>(secret.getDataMap()).keySet().toString();
          default -> "";
        };
    things.put(held.toString(), going(held, data));
  }

  private void node(Held held) {
    Node node = (Node) held.object();
    List<String> taints =
        node.getSpec().getTaintsList().stream().map(Portrait::taint).sorted().toList();
    String cordoned = node.getSpec().getUnschedulable() ? "cordoned, " : "";
    things.put(
        held.toString(),
        cordoned + "taints " + taints + ", labels " + new TreeMap<>(held.meta().getLabelsMap()));
  }

  private static String taint(Taint taint) {
    return taint.getKey() + "=" + taint.getValue() + ":" + taint.getEffect();
  }

  private void deployment(Held held) {
    Deployment deployment = Owners.deployment(held);
    DeploymentStatus status = deployment.getStatus();
    things.put(
        held.toString(),
        going(
            held,
            "wants %d of %s%s"
                .formatted(
                    Owners.wanted(deployment),
                    images(deployment.getSpec().getTemplate().getSpec().getContainersList()),
                    deployment.getSpec().getPaused() ? ", paused" : "")));
    String counts =
        "%d pods, %d updated, %d ready, %d available, %s"
            .formatted(
                status.getReplicas(),
                status.getUpdatedReplicas(),
                status.getReadyReplicas(),
                status.getAvailableReplicas(),
                status.getObservedGeneration() == held.meta().getGeneration()
                    ? "observed"
                    : "not observed");
    things.put(held + " status", crowded ? EndState.ANYTHING : counts);
  }

  private void set(Held held) {
    ReplicaSet set = Owners.set(held);
    String size =
        "%d of %s"
            .formatted(
                Owners.wanted(set),
                images(set.getSpec().getTemplate().getSpec().getContainersList()));
    String state = going(held, crowded ? size : size + ", " + counted(owners.children(held.uid())));
    OwnerReference manager = Pods.controller(held);
    if (manager == null) {
      things.put(held.toString(), state);
    } else if (Owners.wanted(set) > 0) {
      // Its name has a hash of the template, which may hold the time of a restart.
      String name = "ReplicaSets of " + held.namespace() + "/" + manager.getName();
      things.merge(
          name,
          crowded ? EndState.ANYTHING : state,
          (one, other) -> one.compareTo(other) <= 0 ? one + "; " + other : other + "; " + one);
    }
  }

  private static String counted(Collection<Held> pods) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Held held : pods) {
      if (Pods.isActive(Pods.of(held))) {
        counts.merge(describe(Pods.of(held)), 1, Integer::sum);
      }
    }
    return "pods " + counts;
  }

  private static String describe(Pod pod) {
    return images(pod.getSpec().getContainersList())
        + (Pods.isReady(pod) ? " ready" : " not ready");
  }

  private static String images(List<Container> containers) {
    return containers.stream().map(Container::getImage).collect(Collectors.joining("+"));
  }

  private void pods() {
    Map<String, Integer> unnamed = new TreeMap<>();
    for (Held held : world.all("Pod")) {
      Pod pod = Pods.of(held);
      if (!Pods.controllerUid(held).isEmpty()) {
        continue;
      }
      String state =
          Pods.isTerminal(pod) ? "ended" : crowded ? "there" : going(held, describe(pod));
      if (world.wasManaged(held)) {
        TreeMap<String, String> labels = new TreeMap<>(held.meta().getLabelsMap());
        labels.remove(WellKnown.LABEL_POD_TEMPLATE_HASH);
        unnamed.merge(
            "orphan pod in " + held.namespace() + " " + labels + " " + state, 1, Integer::sum);
      } else {
        bare.add(held + ": " + state);
      }
    }
    // The second of two equal ones is another line, so that fewer of them are a part of more.
    unnamed.forEach((what, count) -> {
      for (int i = 1; i <= count; i++) {
        bare.add(what + " (" + i + ")");
      }
    });
  }
}
