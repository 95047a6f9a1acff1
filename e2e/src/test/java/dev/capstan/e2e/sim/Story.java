package dev.capstan.e2e.sim;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.RollbackRequest;
import dev.capstan.api.v1.Toleration;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.ListOptions;
import dev.capstan.seam.sim.SimulatedProcess;
import dev.capstan.seam.sim.Simulation;
import dev.capstan.seam.sim.Trace;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * A day of a deployment: run, scale, roll, roll back, lose a pod, lose the scheduler, the
 * controller-manager and the API server, delete. Prints its trace's digest when run by itself.
 */
final class Story {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Simulation sim;
  private final SimulatedCluster cluster;
  private final Api api;

  private Story(Simulation sim, SimulatedCluster cluster) {
    this.sim = sim;
    this.cluster = cluster;
    this.api = cluster.user().retryingFor(Duration.ofMinutes(1));
  }

  /** The trace of the story under a seed. */
  static Trace tell(long seed) {
    return Simulation.run(
        seed,
        sim -> {
          try (SimulatedCluster cluster = new SimulatedCluster(sim)) {
            new Story(sim, cluster).tell();
          }
        });
  }

  /** For a JVM of its own: the seed goes in, the digest comes out. */
  public static void main(String[] args) {
    System.out.println("digest " + tell(Long.parseLong(args[0])).digest());
  }

  private void tell() throws Exception {
    SimulatedProcess scheduler = cluster.scheduler();
    SimulatedProcess controllers = cluster.controllers();
    cluster.kubelet("node", 3);
    api.deployments().create(deployment(3));
    settled("3 pods of hello:1", 3, "hello:1");

    patch("{\"spec\":{\"replicas\":6}}");
    settled("6 pods of hello:1", 6, "hello:1");

    patch(
        """
        {"spec":{"template":{"spec":{"containers":[{"name":"web","image":"hello:2"}]}}}}\
        """);
    settled("6 pods of hello:2", 6, "hello:2");

    api.rollback(RollbackRequest.newBuilder().setNamespace("default").setName("web").build());
    scheduler.kill();
    cluster.scheduler();
    settled("rolled back by a new scheduler", 6, "hello:1");

    String lost = pods().getFirst().getMetadata().getName();
    controllers.kill();
    api.pods().namespace("default").delete(lost);
    cluster.controllers();
    settled("a lost pod is replaced by new controllers", 6, "hello:1");

    patch("{\"spec\":{\"replicas\":9}}");
    cluster.crashServer();
    settled("scaled through a crash of the API server", 9, "hello:1");

    api.deployments().namespace("default").delete("web");
    eventually("everything is collected", () -> pods().isEmpty() && replicaSets() == 0);
  }

  private static Deployment deployment(int replicas) {
    LabelSelector selector = LabelSelector.newBuilder().putMatchLabels("app", "web").build();
    PodSpec spec =
        PodSpec.newBuilder()
            .addContainers(Container.newBuilder().setName("web").setImage("hello:1"))
            .addTolerations(
                Toleration.newBuilder().setKey(WellKnown.TAINT_SIMULATED).setOperator("Exists"))
            .build();
    Deployment.Builder deployment = Deployment.newBuilder();
    deployment.setMetadata(ObjectMeta.newBuilder().setNamespace("default").setName("web"));
    deployment
        .getSpecBuilder()
        .setReplicas(replicas)
        .setSelector(selector)
        .setTemplate(
            PodTemplateSpec.newBuilder()
                .setMetadata(ObjectMeta.newBuilder().putLabels("app", "web"))
                .setSpec(spec));
    return deployment.build();
  }

  private void patch(String merge) throws InterruptedException {
    api.deployments().namespace("default").patch("web", merge);
  }

  private List<Pod> pods() throws InterruptedException {
    return api.pods().namespace("default").list(ListOptions.labels("app=web")).items();
  }

  private int replicaSets() throws InterruptedException {
    return api.replicaSets().namespace("default").list().items().size();
  }

  private void settled(String what, int count, String image) throws InterruptedException {
    Predicate<Pod> good =
        pod ->
            !pod.getMetadata().hasDeletionTimestamp()
                && pod.getSpec().getContainers(0).getImage().equals(image)
                && !pod.getSpec().getNodeName().isEmpty()
                && pod.getStatus().getPhase().equals("Running");
    eventually(
        what,
        () -> {
          List<Pod> pods = pods();
          return pods.size() == count && pods.stream().allMatch(good) && observed(count);
        });
    sim.note(what);
  }

  private boolean observed(int count) throws InterruptedException {
    Deployment web = api.deployments().namespace("default").get("web");
    return web.getStatus().getObservedGeneration() >= web.getMetadata().getGeneration()
        && web.getStatus().getAvailableReplicas() == count
        && web.getStatus().getUpdatedReplicas() == count;
  }

  private interface Check {
    boolean holds() throws InterruptedException;
  }

  private void eventually(String what, Check check) throws InterruptedException {
    long deadline = sim.seam().clock().deadline(LIMIT);
    while (!holds(check)) {
      if (sim.seam().clock().nanoTime() >= deadline) {
        throw new AssertionError("not within " + LIMIT + ": " + what + "; there is " + describe());
      }
      sim.seam().clock().sleep(Duration.ofMillis(200));
    }
  }

  private static boolean holds(Check check) throws InterruptedException {
    try {
      return check.holds();
    } catch (ApiException.NotFound e) {
      return false;
    }
  }

  private String describe() throws InterruptedException {
    StringBuilder text = new StringBuilder();
    for (Pod pod : pods()) {
      text.append(
          "\n  %s on '%s', %s, %s %s"
              .formatted(
                  pod.getMetadata().getName(),
                  pod.getSpec().getNodeName(),
                  pod.getSpec().getContainers(0).getImage(),
                  pod.getStatus().getPhase(),
                  pod.getStatus().getConditionsList()));
    }
    for (Deployment d : api.deployments().list().items()) {
      text.append("\n  ").append(d.getStatus());
    }
    return text.toString();
  }
}
