package dev.capstan.e2e.sim;

import dev.capstan.e2e.sim.check.Disturbance;
import dev.capstan.e2e.sim.check.Engines;
import dev.capstan.e2e.sim.scenario.Verb;
import dev.capstan.kubelet.runtime.ContainerChange;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.EngineInfo;
import dev.capstan.kubelet.runtime.ExecResult;
import dev.capstan.kubelet.runtime.LogQuery;
import dev.capstan.kubelet.runtime.LogSink;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import dev.capstan.kubelet.runtime.Signal;
import dev.capstan.kubelet.simulated.SimulatedRuntime;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node's container engine, which outlives its kubelets and does not always behave. */
final class SimulatedEngine implements ContainerRuntime {

  private final String node;
  private final SimulatedRuntime engine;
  private final Observer observer;
  private final FaultCounts counts;
  private final EngineFaults faults;
  private final Set<ContainerRef> running = new LinkedHashSet<>();
  private final Map<ContainerRef, String> nodeUids = new LinkedHashMap<>();
  private @Nullable NodeIdentity identity;

  SimulatedEngine(String node, Seam seam, Observer observer, FaultCounts counts) {
    this.node = node;
    this.engine = new SimulatedRuntime(seam, Duration.ZERO);
    this.observer = observer;
    this.counts = counts;
    this.faults = new EngineFaults(node, seam, observer, counts);
    seam.threads().start("events", this::follow);
  }

  private void follow() {
    try {
      engine.watch(() -> {}, change -> noteEnds());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Called by the engine whenever a container ended or went. */
  private void noteEnds() {
    for (ContainerRef ref : List.copyOf(running)) {
      if (!runs(ref)) {
        running.remove(ref);
        observer.ended(node, ref);
      }
    }
  }

  /** As a kubelet of that identity sees it: what others have made is not there. */
  ContainerRuntime of(NodeIdentity kubelet) {
    identity = kubelet;
    return this;
  }

  private boolean isOurs(ContainerRef ref) {
    NodeIdentity ours = identity;
    return ours != null && ours.nodeUids().contains(nodeUids.getOrDefault(ref, ""));
  }

  /** The engine itself, for probes. */
  SimulatedRuntime runtime() {
    return engine;
  }

  /** Everything that is there. */
  List<Engines.Listed> listed() {
    return engine.list().stream()
        .map(c ->
            new Engines.Listed(
                node,
                c.ref().namespace(),
                c.ref().pod(),
                c.ref().podUid(),
                c.ref().container(),
                c.running()))
        .toList();
  }

  /** What goes wrong with its calls. */
  EngineFaults faults() {
    return faults;
  }

  /** Kills running containers from outside. */
  void kill(int count) {
    engine.list().stream()
        .filter(ContainerSummary::running)
        .limit(count)
        .forEach(container -> {
          counts.struck(Verb.CONTAINER_KILLED, "node");
          observer.disturbed(
              Disturbance.CONTAINER_LOST,
              container.ref().namespace() + "/" + container.ref().pod(),
              "container killed");
          engine.killOutside(container.ref(), 137);
        });
  }

  /** The machine goes off: every container is ended. */
  void powerOff() {
    for (ContainerSummary container : engine.list()) {
      if (container.running()) {
        engine.killOutside(container.ref(), 255);
      }
    }
  }

  @Override
  public ContainerView create(ContainerSpec spec) throws RuntimeFault {
    faults.check();
    NodeIdentity ours = identity;
    boolean there = engine.inspect(spec.ref()).isPresent();
    if (there && !isOurs(spec.ref())) {
      throw new RuntimeFault(Kind.CONFLICT, "the name is taken by a container of somebody else");
    }
    ContainerView view = engine.create(spec);
    if (!there && ours != null) {
      nodeUids.put(spec.ref(), ours.nodeUid());
    }
    faults.done();
    return view;
  }

  @Override
  public void start(ContainerRef ref) throws RuntimeFault, InterruptedException {
    faults.start();
    boolean before = runs(ref);
    engine.start(ref);
    if (!before && runs(ref)) {
      running.add(ref);
      observer.started(node, ref);
    }
    faults.done();
  }

  private void noteStop(ContainerRef ref) {
    if (runs(ref)) {
      observer.stopped(node, ref);
    }
  }

  private boolean runs(ContainerRef ref) {
    return engine
        .inspect(ref)
        .map(view -> view.state() == ContainerView.State.RUNNING)
        .orElse(false);
  }

  @Override
  public boolean signal(ContainerRef ref, Signal signal) throws RuntimeFault {
    faults.check();
    noteStop(ref);
    boolean done = engine.signal(ref, signal);
    faults.done();
    return done;
  }

  @Override
  public byte[] message(ContainerRef ref) {
    return engine.message(ref);
  }

  @Override
  public void remove(ContainerRef ref) throws RuntimeFault {
    faults.check();
    noteStop(ref);
    engine.remove(ref);
    faults.done();
  }

  @Override
  public EngineInfo info() throws RuntimeFault {
    faults.check();
    return engine.info();
  }

  @Override
  public void prepare() {
    engine.prepare();
  }

  @Override
  public List<ContainerSummary> list() throws RuntimeFault {
    faults.look();
    return engine.list().stream().filter(container -> isOurs(container.ref())).toList();
  }

  @Override
  public Optional<ContainerView> inspect(ContainerRef ref) throws RuntimeFault {
    faults.look();
    return isOurs(ref) ? engine.inspect(ref) : Optional.empty();
  }

  @Override
  public boolean hasImage(String image) throws RuntimeFault {
    faults.check();
    return engine.hasImage(image);
  }

  @Override
  public void pull(String image) throws RuntimeFault {
    faults.check();
    engine.pull(image);
  }

  @Override
  public void restoreName(String id, ContainerRef ref) throws RuntimeFault {
    faults.check();
    engine.restoreName(id, ref);
  }

  @Override
  public ExecResult exec(ContainerRef ref, List<String> command, Duration timeout)
      throws RuntimeFault {
    faults.check();
    return engine.exec(ref, command, timeout);
  }

  @Override
  public void logs(ContainerRef ref, LogQuery query, LogSink sink)
      throws RuntimeFault, InterruptedException {
    engine.logs(ref, query, sink);
  }

  @Override
  public void watch(Runnable connected, Consumer<ContainerChange> changes)
      throws InterruptedException {
    engine.watch(connected, changes);
  }

  @Override
  public void cleanUp() {
    engine.cleanUp();
  }

  @Override
  public void close() {
    engine.close();
  }
}
