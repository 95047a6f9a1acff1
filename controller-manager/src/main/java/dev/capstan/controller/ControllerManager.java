package dev.capstan.controller;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.WellKnown;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.cache.Subscription;
import dev.capstan.client.control.ControllerRunner;
import dev.capstan.client.control.LeaderElection;
import dev.capstan.client.control.Leadership;
import dev.capstan.client.control.Reconciler;
import dev.capstan.client.ops.ClientMetrics;
import dev.capstan.client.ops.Readiness;
import dev.capstan.controller.deployment.DeploymentController;
import dev.capstan.controller.garbage.GarbageController;
import dev.capstan.controller.garbage.GarbageGraph;
import dev.capstan.controller.garbage.GarbageKey;
import dev.capstan.controller.namespace.NamespaceController;
import dev.capstan.controller.nodelifecycle.NodeController;
import dev.capstan.controller.replicaset.ReplicaSetController;
import dev.capstan.seam.Seam;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All controllers over one set of informers, run by whoever leads. */
public final class ControllerManager implements AutoCloseable {

  /** Kinds that are neither owners nor owned: millions of them would be looked at for nothing. */
  private static final String UNOWNED = "Event";

  private final Seam seam;
  private final Api api;
  private final ControllerOptions options;
  private final KindRegistry kinds = KindRegistry.builtin();
  private final List<ObjectType<?>> watched = new ArrayList<>();
  private final Views views = new Views();
  private final GarbageGraph graph;
  private final InformerSet informers;
  private final Events setEvents;
  private final Events deploymentEvents;
  private final Events nodeEvents;
  private final LeaderElection election;
  private final ControllerMetrics metrics;
  private @Nullable Thread thread;

  public ControllerManager(
      Connection connection, ControllerOptions options, PrometheusRegistry registry) {
    this.seam = connection.seam();
    this.api = Api.of(connection).as("capstan-controller-manager");
    this.options = options;
    InformerSet.Builder builder = InformerSet.of(api);
    for (Kind kind : kinds.kinds()) {
      if (!kind.name().equals(UNOWNED)) {
        ObjectType<?> type = ObjectType.of(kind.prototype());
        watched.add(type);
        builder.watch(type);
      }
    }
    this.graph = new GarbageGraph(kinds, watched);
    views.addTo(builder);
    graph.addTo(builder);
    this.informers = builder.build();
    this.setEvents = new Events(api, "replicaset-controller");
    this.deploymentEvents = new Events(api, "deployment-controller");
    this.nodeEvents = new Events(api, "node-controller");
    ObjectKey lease = new ObjectKey(WellKnown.NAMESPACE_SYSTEM, WellKnown.LEASE_CONTROLLER_MANAGER);
    this.election =
        new LeaderElection(api, lease, options.identity(), options.election(), List.of(informers));
    this.metrics = new ControllerMetrics(registry, election::leading);
    ClientMetrics.of(registry, informers);
  }

  /** Starts watching and campaigning. */
  public void start() {
    informers.start();
    thread = seam.threads().start("election", this::campaign);
  }

  private void campaign() {
    try {
      election.run(this::lead);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // How close() ends it.
    }
  }

  /** True while this process leads. */
  public boolean leading() {
    return election.leading();
  }

  /** Ready when the caches are fresh, leading or not. */
  public Readiness readiness() {
    return new Readiness().check("informers", informers::healthy);
  }

  /** One term: every controller, writing under the term's fence. */
  private void lead(Leadership leadership) throws InterruptedException {
    Api fenced = leadership.api();
    NodeController nodes = new NodeController(seam.clock(), views, options.nodes(), nodeEvents);
    List<Subscription> heartbeats = nodes.listen(informers);
    try {
      new TaskGroup(seam.threads())
          .add("replicaset", replicaSets(fenced)::run)
          .add("deployment", deployments(fenced)::run)
          .add("garbage", garbage(fenced)::run)
          .add("namespace", namespaces(fenced)::run)
          .add("node", nodeLifecycle(nodes, fenced)::run)
          .add("own-view", () -> nodes.watchOwnView(informers, fenced))
          .run();
    } finally {
      heartbeats.forEach(Subscription::close);
    }
  }

  private ControllerRunner<ObjectKey> replicaSets(Api fenced) {
    return build(
        "replicaset",
        fenced,
        new ReplicaSetController(seam, views, setEvents),
        builder ->
            builder
                .on(ObjectType.REPLICA_SET, change -> List.of(change.key()), Paces::afterReplicaSet)
                .on(
                    ObjectType.POD,
                    change -> Views.replicaSetsOf(informers.snapshot(), change),
                    (change, set) -> Paces.ofReplicaSet(informers.snapshot(), set)));
  }

  private ControllerRunner<ObjectKey> deployments(Api fenced) {
    return build(
        "deployment",
        fenced,
        new DeploymentController(seam.clock(), views, deploymentEvents),
        builder ->
            builder
                .on(ObjectType.DEPLOYMENT, change -> List.of(change.key()), Paces::afterDeployment)
                .on(
                    ObjectType.REPLICA_SET,
                    change -> Views.deploymentsOf(informers.snapshot(), change),
                    Paces::afterReplicaSet)
                .on(
                    ObjectType.POD,
                    change -> Views.deploymentsOfPod(informers.snapshot(), change),
                    (change, deployment) -> Paces.ofDeployment(informers.snapshot(), deployment)));
  }

  private ControllerRunner<GarbageKey> garbage(Api fenced) {
    GarbageController collector = new GarbageController(graph, kinds);
    return build(
        "garbage",
        fenced,
        collector,
        builder -> watched.forEach(type -> collectOn(builder, type, collector)));
  }

  private <T extends Message> void collectOn(
      ControllerRunner.Builder<GarbageKey> builder,
      ObjectType<T> type,
      GarbageController collector) {
    builder.on(type, change -> collector.keys(informers, type, change));
  }

  private ControllerRunner<ObjectKey> namespaces(Api fenced) {
    return build(
        "namespace",
        fenced,
        new NamespaceController(seam.clock(), kinds),
        builder -> builder.on(ObjectType.NAMESPACE, change -> List.of(change.key())));
  }

  private ControllerRunner<String> nodeLifecycle(NodeController nodes, Api fenced) {
    return build(
        "node",
        fenced,
        nodes,
        builder ->
            builder
                .on(ObjectType.NODE, NodeController::nodesOfNode)
                .on(
                    ObjectType.POD,
                    change -> NodeController.nodesOf(informers.snapshot(), change)));
  }

  private <K> ControllerRunner<K> build(
      String name,
      Api fenced,
      Reconciler<K> reconciler,
      Consumer<ControllerRunner.Builder<K>> sources) {
    ControllerRunner.Builder<K> builder =
        ControllerRunner.of(name, informers, fenced, reconciler)
            .workers(options.workers())
            .listener(metrics);
    sources.accept(builder);
    ControllerRunner<K> runner = builder.build();
    metrics.queue(name, runner.queue());
    return runner;
  }

  /** Gives the lease up and stops. */
  @Override
  public void close() throws InterruptedException {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
      running.join();
    }
    informers.close();
    setEvents.close();
    deploymentEvents.close();
    nodeEvents.close();
  }
}
