package dev.capstan.kubelet.simulated;

import dev.capstan.kubelet.runtime.ContainerChange;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.ContainerView.State;
import dev.capstan.kubelet.runtime.EngineInfo;
import dev.capstan.kubelet.runtime.ExecResult;
import dev.capstan.kubelet.runtime.LogQuery;
import dev.capstan.kubelet.runtime.LogSink;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import dev.capstan.kubelet.runtime.Signal;
import dev.capstan.seam.Seam;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The container runtime without containers: everything happens in memory, and time comes from the
 * seam.
 *
 * <p>It outlives the kubelet objects that use it, as an engine does.
 */
public final class SimulatedRuntime implements ContainerRuntime {

  private static final Duration KILLED_AFTER = Duration.ofMillis(10);

  private final Seam seam;
  private final Duration startDelay;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, SimulatedContainer> containers = new LinkedHashMap<>();
  private final List<Consumer<ContainerChange>> watchers = new ArrayList<>();
  private long nextId = 1;

  /**
   * An engine without containers.
   *
   * @param startDelay what a start takes on average; the jitter is half of it either way
   */
  public SimulatedRuntime(Seam seam, Duration startDelay) {
    this.seam = seam;
    this.startDelay = startDelay;
  }

  @Override
  public EngineInfo info() {
    return new EngineInfo("simulated", "1", "1");
  }

  @Override
  public void prepare() {
    // A simulated network needs no making.
  }

  @Override
  public List<ContainerSummary> list() {
    lock.lock();
    try {
      return containers.values().stream().map(SimulatedContainer::summary).toList();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<ContainerView> inspect(ContainerRef ref) {
    lock.lock();
    try {
      return Optional.ofNullable(find(ref)).map(SimulatedContainer::view);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable SimulatedContainer find(ContainerRef ref) {
    SimulatedContainer container = containers.get(ref.name());
    return container == null || container.renamed ? null : container;
  }

  private SimulatedContainer require(ContainerRef ref) throws RuntimeFault {
    SimulatedContainer container = find(ref);
    if (container == null) {
      throw new RuntimeFault(Kind.GONE, "no such container: " + ref.name());
    }
    return container;
  }

  @Override
  public boolean hasImage(String image) {
    return !image.endsWith(":missing");
  }

  @Override
  public void pull(String image) throws RuntimeFault {
    if (!hasImage(image)) {
      throw new RuntimeFault(Kind.PULL_FAILED, "manifest for " + image + " not found");
    }
  }

  @Override
  public ContainerView create(ContainerSpec spec) throws RuntimeFault {
    if (!hasImage(spec.image())) {
      throw new RuntimeFault(Kind.NO_IMAGE, "no such image: " + spec.image());
    }
    lock.lock();
    try {
      String name = spec.ref().name();
      SimulatedContainer container = containers.get(name);
      if (container == null) {
        container = new SimulatedContainer("sim" + nextId++, spec);
        containers.put(name, container);
      }
      return container.view();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void start(ContainerRef ref) throws RuntimeFault, InterruptedException {
    seam.clock().sleep(startTime(ref));
    lock.lockInterruptibly();
    try {
      SimulatedContainer container = require(ref);
      if (container.state != State.CREATED) {
        return;
      }
      if (container.orders.failStart()) {
        container.error = "exec: \"/missing\": no such file or directory";
        end(container, 127);
        throw new RuntimeFault(Kind.CANNOT_START, container.error);
      }
      container.state = State.RUNNING;
      container.startedAt = seam.clock().now();
      container.startedNanos = seam.clock().nanoTime();
      say(container, "started " + container.spec.image() + " as " + container.spec.hostname());
      scheduleEnd(container);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private Duration startTime(ContainerRef ref) throws RuntimeFault {
    lock.lock();
    try {
      Duration own = require(ref).orders.startDelay();
      return startDelay.isZero()
          ? own
          : own.plusNanos((long) (startDelay.toNanos() * (0.5 + seam.random().nextDouble())));
    } finally {
      lock.unlock();
    }
  }

  private void scheduleEnd(SimulatedContainer container) {
    Duration runFor = container.orders.runFor();
    if (runFor != null) {
      container.oomKilled = container.orders.oom();
      endLater(container, runFor, container.oomKilled ? 137 : container.orders.exitCode());
    } else {
      container.oomKilled = false;
    }
  }

  private void endLater(SimulatedContainer container, Duration delay, int exitCode) {
    seam.threads()
        .start(
            "simulated-" + container.id,
            () -> {
              try {
                seam.clock().sleep(delay);
              } catch (InterruptedException e) {
                return;
              }
              endNow(container, exitCode);
            });
  }

  private void endNow(SimulatedContainer container, int exitCode) {
    lock.lock();
    try {
      if (container.state == State.RUNNING) {
        end(container, exitCode);
      }
    } finally {
      lock.unlock();
    }
  }

  private void end(SimulatedContainer container, int exitCode) {
    container.state = State.ENDED;
    container.exitCode = exitCode;
    container.finishedAt = seam.clock().now();
    say(container, "ended with code " + exitCode);
    changed.signalAll();
    report(container, "die");
  }

  private void report(SimulatedContainer container, String action) {
    ContainerChange change = new ContainerChange(container.spec.ref().podUid(), action);
    List.copyOf(watchers).forEach(watcher -> watcher.accept(change));
  }

  private void say(SimulatedContainer container, String line) {
    container.log.append(seam.clock().now()).append(' ').append(line).append('\n');
  }

  @Override
  public boolean signal(ContainerRef ref, Signal signal) {
    lock.lock();
    try {
      SimulatedContainer container = find(ref);
      if (container == null || container.state != State.RUNNING) {
        return false;
      }
      boolean kill = signal == Signal.KILL;
      endLater(container, kill ? KILLED_AFTER : container.orders.stopDelay(), kill ? 137 : 0);
      return true;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public byte[] message(ContainerRef ref) {
    lock.lock();
    try {
      SimulatedContainer container = find(ref);
      return container == null
              || container.state != State.ENDED
              || container.spec.messagePath().isEmpty()
          ? new byte[0]
          : container.orders.message().getBytes(StandardCharsets.UTF_8);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void remove(ContainerRef ref) {
    lock.lock();
    try {
      SimulatedContainer container = find(ref);
      if (container != null) {
        container.state = State.ENDED;
        containers.remove(ref.name());
        changed.signalAll();
        report(container, "destroy");
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void restoreName(String id, ContainerRef ref) throws RuntimeFault {
    lock.lock();
    try {
      SimulatedContainer container = containers.get(ref.name());
      if (container == null || !container.id.equals(id)) {
        throw new RuntimeFault(Kind.GONE, "no such container: " + id);
      }
      container.renamed = false;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public ExecResult exec(ContainerRef ref, List<String> command, Duration timeout)
      throws RuntimeFault {
    lock.lock();
    try {
      if (require(ref).state != State.RUNNING) {
        throw new RuntimeFault(Kind.GONE, ref.name() + " does not run");
      }
      return new ExecResult(0, String.join(" ", command), false);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a probe of this kind would pass now; false if the container does not run. */
  public boolean healthy(ContainerRef ref, boolean readiness) {
    lock.lock();
    try {
      SimulatedContainer container = find(ref);
      if (container == null || container.state != State.RUNNING) {
        return false;
      }
      Duration age = Duration.ofNanos(seam.clock().nanoTime() - container.startedNanos);
      SimulatedOrders orders = container.orders;
      Duration until = readiness ? orders.unreadyAfter() : orders.unhealthyAfter();
      boolean from = !readiness || age.compareTo(orders.readyAfter()) >= 0;
      return from && (until == null || age.compareTo(until) < 0);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void logs(ContainerRef ref, LogQuery query, LogSink sink)
      throws RuntimeFault, InterruptedException {
    SimulatedLog reader = new SimulatedLog(query);
    while (true) {
      SimulatedLog.Line line;
      lock.lockInterruptibly();
      try {
        SimulatedContainer container = require(ref);
        line = reader.next(container.log);
        while (line == null && query.follow() && container.state == State.RUNNING) {
          changed.await();
          line = reader.next(container.log);
        }
        if (line == null) {
          return;
        }
      } finally {
        lock.unlock();
      }
      if (!sink.write(line.time(), line.text().getBytes(StandardCharsets.UTF_8))) {
        return;
      }
    }
  }

  @Override
  public void watch(Runnable connected, Consumer<ContainerChange> changes)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      watchers.add(changes);
      connected.run();
      while (watchers.contains(changes)) {
        changed.await();
      }
    } finally {
      watchers.remove(changes);
      lock.unlock();
    }
  }

  @Override
  public void cleanUp() {
    lock.lock();
    try {
      containers.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** As if somebody killed the container behind the kubelet's back. */
  public void killOutside(ContainerRef ref, int exitCode) {
    lock.lock();
    try {
      SimulatedContainer container = containers.get(ref.name());
      if (container != null && container.state == State.RUNNING) {
        end(container, exitCode);
      }
    } finally {
      lock.unlock();
    }
  }

  /** As if the engine had ended the streams of its events. */
  public void breakStreams() {
    lock.lock();
    try {
      watchers.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** As if somebody renamed the container. */
  public void renameOutside(ContainerRef ref) {
    lock.lock();
    try {
      SimulatedContainer container = containers.get(ref.name());
      if (container != null) {
        container.renamed = true;
        report(container, "rename");
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    // The containers stay, as an engine's would.
  }
}
