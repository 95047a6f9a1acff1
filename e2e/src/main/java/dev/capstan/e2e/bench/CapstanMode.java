package dev.capstan.e2e.bench;

import dev.capstan.api.IntOrStrings;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Deployment;
import dev.capstan.client.Resource;
import java.time.Duration;

/** Capstan as {@code deploy/up} runs it, with one node: the engine. */
final class CapstanMode implements Orchestrator {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Run run;
  private final Cluster cluster;
  private final Observer observer;
  private final Resource<Deployment> deployments;

  private CapstanMode(Run run, Cluster cluster, Observer observer) {
    this.run = run;
    this.cluster = cluster;
    this.observer = observer;
    this.deployments = cluster.api().deployments().namespace(WellKnown.NAMESPACE_DEFAULT);
  }

  /** Starts a cluster whose only node is the engine at {@code host}. */
  static CapstanMode start(Run run, String host) throws InterruptedException {
    Cluster cluster = run.cluster().startControlPlane();
    Observer observer = Observer.start(cluster.api(), run.seam());
    Observer.Milestone ready = observer.milestone("the node", ledger -> ledger.readyNodes() == 1);
    cluster.startKubelet(
        "--docker-host", host, "--node-name", "real", "--pod-cidr", "10.216.0.0/22");
    ready.await(LIMIT);
    return new CapstanMode(run, cluster, observer);
  }

  @Override
  public String name() {
    return "Capstan";
  }

  @Override
  public void create(String app, int replicas, String image) throws InterruptedException {
    Deployment.Builder deployment = Workload.deployment(app, replicas).toBuilder();
    var spec = deployment.getSpecBuilder();
    spec.getTemplateBuilder()
        .getSpecBuilder()
        .clearTolerations()
        .getContainersBuilder(0)
        .setImage(image);
    spec.getStrategyBuilder()
        .setType("RollingUpdate")
        .getRollingUpdateBuilder()
        .setMaxSurge(IntOrStrings.of(0))
        .setMaxUnavailable(IntOrStrings.of(UPDATE_AT_ONCE));
    deployments.create(deployment.build());
  }

  @Override
  public void update(String app, String image) throws InterruptedException {
    Deployment deployment = deployments.get(app);
    Deployment.Builder changed = deployment.toBuilder();
    changed
        .getSpecBuilder()
        .getTemplateBuilder()
        .getSpecBuilder()
        .getContainersBuilder(0)
        .setImage(image);
    deployments.update(changed.build());
  }

  @Override
  public void remove(String app) throws InterruptedException {
    deployments.delete(app);
  }

  /** Reports whether the invariants held so far. */
  void check() {
    observer.check(run);
  }

  @Override
  public void close() {
    observer.close();
    cluster.close();
  }
}
