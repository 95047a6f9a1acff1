package dev.capstan.kubelet;

import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Connection;
import dev.capstan.client.ListOptions;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Change;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.events.EventRecorder;
import dev.capstan.client.ops.ClientMetrics;
import dev.capstan.client.ops.Readiness;
import dev.capstan.kubelet.node.AddressPool;
import dev.capstan.kubelet.node.Admission;
import dev.capstan.kubelet.node.Heartbeats;
import dev.capstan.kubelet.node.NodeKeeper;
import dev.capstan.kubelet.node.NodeRegistration;
import dev.capstan.kubelet.node.NodeReporter;
import dev.capstan.kubelet.node.NodeState;
import dev.capstan.kubelet.pod.GrpcPodApi;
import dev.capstan.kubelet.pod.PodEnvironment;
import dev.capstan.kubelet.pod.PodManager;
import dev.capstan.kubelet.pod.StatusWriter;
import dev.capstan.kubelet.pod.Threads;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.kubelet.session.SessionAnnouncer;
import dev.capstan.seam.Seam;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kubelet of one node, or of many simulated ones that share watch, heartbeats and status
 * writes.
 */
public final class Kubelet implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Kubelet.class);
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  /** Announcement streams per connection: servers limit the calls on one. */
  private static final int STREAMS_PER_CONNECTION = 50;

  private final Supplier<Connection> connections;
  private final List<NodePlan> plans;
  private final String expectedCluster;
  private final List<Connection> opened = new ArrayList<>();
  private final Connection main;
  private final Api api;
  private final Seam seam;
  private final PrometheusRegistry registry;
  private final Metrics metrics;
  private final EventRecorder events;
  private final GrpcPodApi podApi;
  private final StatusWriter statuses;
  private final NodeRegistration registration;
  private final NodeKeeper keeper;
  private final NodeReporter reporter;
  private final Heartbeats heartbeats;
  private final Map<String, NodeKubelet> nodes = new LinkedHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile @Nullable InformerSet informers;

  /**
   * A kubelet that has not begun.
   *
   * @param connections opens connections to the API server; the kubelet closes them
   * @param plans the nodes it is to be: one real one, or any number of simulated ones
   * @param expectedCluster the only cluster to serve; empty for any
   */
  public Kubelet(
      Supplier<Connection> connections,
      List<NodePlan> plans,
      String expectedCluster,
      PrometheusRegistry registry) {
    this.connections = connections;
    this.plans = List.copyOf(plans);
    this.expectedCluster = expectedCluster;
    this.main = open();
    this.api = Api.of(main).as("kubelet");
    this.seam = main.seam();
    this.registry = registry;
    this.metrics = new Metrics(registry);
    String host = plans.size() == 1 ? plans.getFirst().profile().name() : null;
    this.events = new EventRecorder(api, "kubelet", host);
    ClientMetrics.of(registry, events);
    this.podApi = new GrpcPodApi(api, events);
    this.statuses = new StatusWriter(podApi, seam);
    this.registration = new NodeRegistration(api);
    this.keeper = new NodeKeeper(registration, this::registeredAgain, seam.clock());
    this.reporter = new NodeReporter(api);
    this.heartbeats = new Heartbeats(api, reporter::isRegistered);
    metrics.gauges(() -> sum(pods -> pods.running()), () -> sum(pods -> pods.count()));
  }

  private int sum(ToIntFunction<PodManager> of) {
    return List.copyOf(nodes.values()).stream().mapToInt(node -> of.applyAsInt(node.pods())).sum();
  }

  private Connection open() {
    Connection connection = connections.get();
    opened.add(connection);
    return connection;
  }

  /**
   * Registers the nodes and begins; waits for an API server that is not there yet.
   *
   * @throws IdentityChanged if this machine was another node, or the server speaks for another
   *     cluster than its own; nothing was touched
   * @throws IOException if the data folder cannot be used
   */
  public void start() throws InterruptedException, IdentityChanged, IOException {
    String cluster = cluster();
    Map<String, Node> registered =
        registration.register(plans.stream().map(NodePlan::profile).toList());
    Connection sessions = open();
    Connection announcements = main;
    for (int i = 0; i < plans.size(); i++) {
      if (i > 0 && i % STREAMS_PER_CONNECTION == 0) {
        announcements = open();
      }
      NodePlan plan = plans.get(i);
      Node node = registered.get(plan.profile().name());
      if (node != null) {
        add(plan, node, cluster, announcements, sessions);
      }
    }
    askEngineOnce();
    run("statuses", statuses);
    run("registration", keeper);
    watch();
    nodes.values().forEach(node -> node.pods().start());
    run("node-status", reporter);
    run("heartbeats", heartbeats);
  }

  /**
   * The engine's clients are made, and their classes loaded, by one thread: after a restart every
   * pod of the node asks at the same moment, and each would make clients of its own.
   */
  private void askEngineOnce() throws InterruptedException {
    for (NodeKubelet node : nodes.values()) {
      node.examine();
      return;
    }
  }

  private void run(String name, Runnable body) {
    threads.add(Threads.start(seam, name, body));
  }

  private String cluster() throws InterruptedException, IdentityChanged, IOException {
    String cluster = askCluster();
    if (!expectedCluster.isEmpty() && !expectedCluster.equals(cluster)) {
      throw new IdentityChanged(
          "the API server speaks for cluster " + cluster + ", not " + expectedCluster);
    }
    for (NodePlan plan : plans) {
      IdentityCheck.check(plan, cluster);
    }
    return cluster;
  }

  private String askCluster() throws InterruptedException {
    boolean told = false;
    while (true) {
      try {
        String cluster = api.info().getClusterId();
        if (!cluster.isEmpty()) {
          return cluster;
        }
      } catch (ApiException e) {
        if (!told) {
          log.warn("waiting for the API server: {}", e.message());
          told = true;
        }
      }
      seam.clock().sleep(ASK_AGAIN);
    }
  }

  private void add(
      NodePlan plan, Node node, String cluster, Connection announcements, Connection sessions)
      throws IOException {
    String name = node.getMetadata().getName();
    String uid = node.getMetadata().getUid();
    NodeState state = plan.memory().read().registered(cluster, name, uid);
    plan.memory().write(state);
    NodeIdentity identity = new NodeIdentity(cluster, name, state.nodeUids());
    ContainerRuntime runtime =
        new MeteredRuntime(plan.runtimes().apply(identity), metrics, seam.clock());
    PodEnvironment env =
        new PodEnvironment(
            cluster,
            name,
            plan.profile().address(),
            plan.engine(),
            runtime,
            podApi,
            statuses,
            new AddressPool(plan.profile().range()),
            new Admission(plan.profile().allocatable()),
            plan.probers().apply(runtime),
            metrics,
            seam);
    PodManager pods = new PodManager(env);
    SessionAnnouncer announcer =
        new SessionAnnouncer(announcements, sessions, identity, pods, runtime);
    NodeKubelet kubelet =
        new NodeKubelet(
            plan,
            identity,
            runtime,
            pods,
            announcer,
            words -> events.warning(ObjectType.NODE, node, "Unguarded", words));
    nodes.put(name, kubelet);
    reporter.add(plan.profile(), node, kubelet::examine);
    heartbeats.add(identity);
  }

  /** A real kubelet watches its own; simulated nodes share one watch over all. */
  private void watch() throws InterruptedException {
    ListOptions ofPods = ListOptions.ALL;
    ListOptions ofNodes = ListOptions.ALL;
    if (nodes.size() == 1) {
      String name = nodes.keySet().iterator().next();
      ofPods = ListOptions.fields("spec.nodeName=" + name);
      ofNodes = ListOptions.fields("metadata.name=" + name);
    }
    InformerSet set =
        InformerSet.of(api)
            .watch(ObjectType.POD, "", ofPods)
            .watch(ObjectType.NODE, "", ofNodes)
            .build();
    set.onChange(ObjectType.POD, this::podChanged);
    set.onChange(ObjectType.NODE, this::nodeChanged);
    informers = set;
    ClientMetrics.of(registry, set);
    set.start();
    set.awaitSynced();
    // Not before: who knows no pods yet would say of a running one that it is not here.
    nodes.values().forEach(node -> run("sessions", node.sessions()));
    for (NodeKubelet node : nodes.values()) {
      // Deleted before the watch began: no change will tell.
      if (set.snapshot().find(ObjectType.NODE, "", node.name()).isEmpty()) {
        vanished(node);
      }
    }
  }

  private void podChanged(Change<Pod> change) {
    Pod before = change.before();
    Pod after = change.after();
    if (before != null && after == null) {
      NodeKubelet node = nodes.get(before.getSpec().getNodeName());
      if (node != null) {
        node.pods().vanished(before.getMetadata().getUid());
      }
    }
    if (after != null) {
      NodeKubelet node = nodes.get(after.getSpec().getNodeName());
      if (node != null) {
        node.pods().observe(after);
      }
    }
  }

  private void nodeChanged(Change<Node> change) {
    NodeKubelet node = nodes.get(change.key().name());
    Node after = change.after();
    if (node == null) {
      return;
    }
    if (after == null) {
      vanished(node);
      return;
    }
    reporter.observe(after);
    if (!node.isKnownAs(after.getMetadata().getUid())) {
      keeper.lost(node.profile()); // Somebody has made it anew.
    }
  }

  private void vanished(NodeKubelet node) {
    log.warn("node {} was deleted: registering it again, its pods run on", node.name());
    reporter.vanished(node.name());
    keeper.lost(node.profile());
  }

  private void registeredAgain(Node fresh) {
    NodeKubelet node = nodes.get(fresh.getMetadata().getName());
    if (node != null && !node.isKnownAs(fresh.getMetadata().getUid())) {
      node.becomes(fresh.getMetadata().getUid());
      log.info("node {} is registered again", node.name());
    }
  }

  /**
   * Ready once registered, synchronised with the API and, for a real node, in touch with the
   * engine.
   */
  public Readiness readiness() {
    return new Readiness()
        .check("informers", this::informersHealthy)
        .check("registered", () -> first(this::unregistered))
        .check("engine", () -> first(NodeKubelet::trouble))
        .check("containers-listed", () -> all(node -> node.pods().engineSeen()));
  }

  private boolean informersHealthy() {
    InformerSet set = informers;
    return set != null && set.healthy();
  }

  private String unregistered(NodeKubelet node) {
    return reporter.isRegistered(node.name())
        ? ""
        : "the object of node %s was deleted and is being made again".formatted(node.name());
  }

  /** The first trouble that any of the nodes has; empty if none has. */
  private String first(Function<NodeKubelet, String> trouble) {
    InformerSet set = informers;
    if (set == null || !set.synced()) {
      return "not begun";
    }
    return nodes.values().stream()
        .map(trouble)
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }

  private boolean all(Predicate<NodeKubelet> predicate) {
    InformerSet set = informers;
    return set != null && set.synced() && nodes.values().stream().allMatch(predicate);
  }

  /** Stops. Containers run on; the next kubelet finds them. */
  @Override
  public void close() {
    InformerSet set = informers;
    if (set != null) {
      set.close();
    }
    threads.forEach(Thread::interrupt);
    nodes.values().forEach(NodeKubelet::close);
    try {
      events.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    opened.forEach(Connection::close);
  }
}
