package dev.capstan.e2e.sim;

import dev.capstan.client.Api;
import dev.capstan.client.control.LeaderElection;
import dev.capstan.controller.ControllerManager;
import dev.capstan.controller.ControllerOptions;
import dev.capstan.controller.nodelifecycle.NodeTiming;
import dev.capstan.e2e.sim.check.Setup;
import dev.capstan.kubelet.IdentityChanged;
import dev.capstan.kubelet.Kubelet;
import dev.capstan.kubelet.NodePlan;
import dev.capstan.kubelet.SimulatedNodes;
import dev.capstan.kubelet.node.Admission;
import dev.capstan.kubelet.node.NodeMemory;
import dev.capstan.kubelet.node.NodeState;
import dev.capstan.kubelet.pod.Prober;
import dev.capstan.kubelet.runtime.AddressRange;
import dev.capstan.scheduler.Scheduler;
import dev.capstan.seam.sim.SimulatedProcess;
import dev.capstan.seam.sim.Simulation;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Every process of a cluster as a {@link SimulatedProcess}: the real code but for sockets, disk and
 * containers.
 */
final class SimulatedCluster {

  /** Small nodes, so that they can be filled: 4 cores, 8 GiB, 30 pods. */
  private static final Admission.Allocatable NODE = new Admission.Allocatable(4000, 8L << 30, 30);

  /** As in production, only faster: a run has minutes, not hours. */
  private static final LeaderElection.Timing ELECTION =
      new LeaderElection.Timing(
          Duration.ofSeconds(6), Duration.ofSeconds(4), Duration.ofSeconds(1));

  private static final NodeTiming NODE_TIMING =
      new NodeTiming(
          Setup.SILENCE,
          Duration.ofSeconds(8),
          Duration.ofSeconds(20),
          Duration.ofSeconds(2),
          Duration.ofSeconds(10));

  private static final int NODES_OF_THEIR_OWN = 3;

  private final Simulation sim;
  private final Observer observer;
  private final FaultCounts counts = new FaultCounts();
  private final Traffic traffic;
  private final World world;
  private final Holds holds;
  private final Deeds deeds;
  private final SimulatedServer server;
  private final Api users;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final List<SimulatedEngine> engines = new ArrayList<>();
  private final List<NodeMemory> memories = new ArrayList<>();
  private final Set<Integer> renamed = new LinkedHashSet<>();
  private final Map<Integer, Member> kubelets = new LinkedHashMap<>();

  /**
   * Starts an API server over an empty store, and lets users connect; the others are added.
   *
   * @param observer is told of everything
   */
  SimulatedCluster(Simulation sim, Observer observer) throws InterruptedException {
    this.sim = sim;
    this.observer = observer;
    this.traffic = new Traffic(observer);
    this.world = new World(sim);
    this.holds = new Holds(world);
    this.deeds = new Deeds(world);
    observer.afterCommit(holds::committed);
    this.server = new SimulatedServer(sim, world, observer, counts);
    this.users = addUsers();
  }

  Observer observer() {
    return observer;
  }

  FaultCounts counts() {
    return counts;
  }

  SimulatedServer server() {
    return server;
  }

  SimulatedStore store() {
    return server.store();
  }

  List<SimulatedEngine> engines() {
    return engines;
  }

  SimulatedProcess process(String name) {
    return sim.process(name);
  }

  Line line(String client, Line.Owner owner) {
    return new Line(sim, world, holds, client, traffic, observer, counts, owner);
  }

  Wire wire(Line line) {
    Wire wire = new Wire(traffic, line);
    server.join(wire);
    return wire;
  }

  void drop(Wire wire) {
    server.leave(wire);
  }

  /** What users are about to do. */
  Deeds deeds() {
    return deeds;
  }

  /** What happens of itself. */
  World world() {
    return world;
  }

  /** A process of the cluster, or users, by its name. */
  Member member(String name) {
    Member member = members.get(name);
    if (member == null) {
      throw new IllegalArgumentException("there is no " + name + " but " + members.keySet());
    }
    return member;
  }

  boolean has(String name) {
    return members.containsKey(name);
  }

  List<Member> members() {
    return List.copyOf(members.values());
  }

  private Member add(String name, Member.Program program) {
    Member member = new Member(this, name, program);
    members.put(name, member);
    member.start();
    return member;
  }

  /** What users call from; never dies. */
  Api users() {
    return users;
  }

  private Api addUsers() {
    Api[] api = new Api[1];
    add(
        "users",
        self -> {
          api[0] = Api.of(self.connect()).as("user");
          return () -> false;
        });
    return api[0];
  }

  /** Adds a scheduler. */
  void scheduler(int index) {
    add(
        "scheduler-" + index,
        self -> {
          Scheduler scheduler =
              new Scheduler(self.connect(), self.identity(), ELECTION, new PrometheusRegistry());
          scheduler.start();
          return scheduler::leading;
        });
  }

  /** Adds a controller-manager. */
  void controllers(int index) {
    add(
        "controllers-" + index,
        self -> {
          ControllerManager manager =
              new ControllerManager(
                  self.connect(),
                  new ControllerOptions(self.identity(), ELECTION, NODE_TIMING, 3),
                  new PrometheusRegistry());
          manager.start();
          return manager::leading;
        });
  }

  /** Adds nodes: the first few with a kubelet each, the others with one together. */
  void nodes(int count) {
    SimulatedNodes shape =
        new SimulatedNodes(
            "node", count, Duration.ZERO, NODE, AddressRange.parse(SimulatedNodes.RANGE));
    for (int i = 0; i < count; i++) {
      SimulatedProcess machine = process("node-" + i);
      engines.add(new SimulatedEngine("node-" + i, machine.seam(), observer, counts));
      memories.add(NodeMemory.ofProcess());
    }
    for (int i = 0; i < Math.min(count, NODES_OF_THEIR_OWN); i++) {
      kubelet(shape, i, i + 1);
    }
    if (count > NODES_OF_THEIR_OWN) {
      kubelet(shape, NODES_OF_THEIR_OWN, count);
    }
  }

  private void kubelet(SimulatedNodes shape, int from, int to) {
    Member member =
        add(
            "kubelet-" + from,
            self -> {
              start(self, plans(shape, from, to), renamed.contains(from));
              return () -> false;
            });
    for (int i = from; i < to; i++) {
      kubelets.put(i, member);
    }
  }

  private List<NodePlan> plans(SimulatedNodes shape, int from, int to) {
    List<NodePlan> plans = new ArrayList<>();
    for (int i = from; i < to; i++) {
      SimulatedEngine engine = engines.get(i);
      NodePlan plan = named(shape, i).plan(i, engine.runtime());
      plans.add(
          new NodePlan(
              plan.profile(),
              plan.engine(),
              engine::of,
              runtime -> prober(plan, engine),
              memories.get(i),
              null));
    }
    return plans;
  }

  private SimulatedNodes named(SimulatedNodes shape, int node) {
    return renamed.contains(node)
        ? new SimulatedNodes(
            "other", shape.count(), shape.startDelay(), shape.allocatable(), shape.range())
        : shape;
  }

  /** Whether the node's kubelet has ever worked. */
  boolean hasWorked(int node) {
    try {
      return !memories.get(node).read().equals(NodeState.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From its next start on a node's kubelet has another name, or its own again. */
  void rename(int node, boolean other) {
    if (other) {
      renamed.add(node);
    } else {
      renamed.remove(node);
    }
  }

  private static Prober prober(NodePlan plan, SimulatedEngine engine) {
    return plan.probers().apply(engine.runtime());
  }

  private static void start(Member self, List<NodePlan> plans, boolean stranger) {
    Kubelet kubelet = new Kubelet(self::connect, plans, "", new PrometheusRegistry());
    self.seam()
        .threads()
        .start(
            "main",
            () -> {
              try {
                kubelet.start();
                if (stranger) {
                  throw new IllegalStateException("it works under another name on the same engine");
                }
              } catch (IdentityChanged e) {
                if (!stranger) {
                  throw new IllegalStateException(e);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
  }

  /** The kubelet of a node. */
  Member kubeletOf(int node) {
    Member member = kubelets.get(node);
    if (member == null) {
      throw new IllegalArgumentException("there is no node " + node);
    }
    return member;
  }

  /** The nodes that a kubelet is. */
  List<Integer> nodesOf(Member kubelet) {
    return kubelets.entrySet().stream()
        .filter(e -> e.getValue() == kubelet)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Whoever leads at this moment, as far as the members know. */
  List<Member> leaders(String service) {
    return members.values().stream()
        .filter(m -> m.name().startsWith(service) && m.up() && m.leads())
        .toList();
  }

  /** The process a clock belongs to. */
  SimulatedProcess processOf(String name) {
    return name.equals("api-server") ? server.process() : member(name).process();
  }

  /** Open watches by the clients' account. */
  int clientWatches() {
    return members.values().stream().mapToInt(member -> member.line().watches()).sum();
  }

  /** Ends everything, so that nothing is kept in memory. */
  void end() {
    members.values().forEach(Member::end);
    server.end();
  }
}
