package dev.capstan.e2e.sim;

import dev.capstan.apiserver.ApiServer;
import dev.capstan.apiserver.ops.Metrics;
import dev.capstan.apiserver.read.ReadSide;
import dev.capstan.e2e.sim.check.Disturbance;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.SimulatedProcess;
import dev.capstan.seam.sim.Simulation;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The API server: it dies, and another starts over the same store with an empty cache. */
final class SimulatedServer {

  /** So little that a watcher that was away for some seconds cannot resume. */
  private static final ReadSide.Settings CACHE = new ReadSide.Settings(64 * 1024, 200);

  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration BEFORE_ANOTHER = Duration.ofSeconds(1);
  private static final Duration LOOK = Duration.ofMillis(20);

  private final Simulation sim;
  private final World world;
  private final Observer observer;
  private final SimulatedStore store;
  private final List<Wire> wires = new ArrayList<>();
  private SimulatedProcess process;
  private ApiServer server;
  private @Nullable Metrics metrics;
  private int incarnation;
  private boolean starting;

  /** Starts over an empty store. */
  SimulatedServer(Simulation sim, World world, Observer observer, FaultCounts counts)
      throws InterruptedException {
    this.sim = sim;
    this.world = world;
    this.observer = observer;
    this.store =
        new SimulatedStore(sim, world, sim.process("store").seam(), observer, counts, this::crash);
    this.process = sim.process("api-server.0");
    this.server = serve(process.seam());
  }

  SimulatedStore store() {
    return store;
  }

  /** The present incarnation. */
  SimulatedProcess process() {
    return process;
  }

  boolean up() {
    return !process.killed();
  }

  /** Clients connect over this wire from now on, whatever incarnation is there. */
  void join(Wire wire) {
    wires.add(wire);
    if (up() && !starting) {
      wire.listen(server, process.seam());
    }
  }

  void leave(Wire wire) {
    wires.remove(wire);
  }

  private ApiServer serve(Seam seam) throws InterruptedException {
    ApiServer.Settings defaults = ApiServer.Settings.trusting();
    ApiServer.Settings settings =
        new ApiServer.Settings(
            defaults.clusterName(), defaults.authenticator(), defaults.authorizer(), CACHE, START);
    Metrics fresh = new Metrics();
    ApiServer started = ApiServer.start(seam, store, ValueCodec.plain(), settings, fresh);
    metrics = fresh;
    return started;
  }

  /** Dies at this very moment; another one starts after {@code down}. */
  void crash(Duration down) {
    if (!up()) {
      return;
    }
    observer.disturbed(Disturbance.PROCESS, "api-server", "crash of");
    process.kill();
    world.after(Duration.ZERO, this::bury);
    if (!starting) {
      starting = true;
      world.after(down, this::restart);
    }
  }

  private void bury() {
    store.forget();
    List.copyOf(wires).forEach(Wire::cut);
  }

  /** As a supervisor does: until it runs. */
  private void restart() {
    while (true) {
      process = sim.process("api-server." + ++incarnation);
      SimulatedProcess mine = process;
      Start start = new Start();
      mine.seam().threads().start("main", () -> start.run(mine.seam()));
      try {
        if (start.await(mine)) {
          starting = false;
          List.copyOf(wires).forEach(wire -> wire.listen(server, mine.seam()));
          observer.note("restart of api-server");
          return;
        }
        sim.seam().clock().sleep(BEFORE_ANOTHER);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** A server that may die while it starts. */
  private final class Start {
    private volatile boolean done;
    private volatile boolean failed;

    void run(Seam seam) {
      try {
        server = serve(seam);
        done = true;
      } catch (InterruptedException e) {
        failed = true;
      } catch (RuntimeException e) {
        observer.note("api-server does not start: " + e.getMessage());
        failed = true;
      }
    }

    boolean await(SimulatedProcess started) throws InterruptedException {
      while (!done) {
        if (failed || started.killed()) {
          started.kill();
          store.forget();
          return false;
        }
        sim.seam().clock().sleep(LOOK);
      }
      if (started.killed()) {
        store.forget(); // It died as soon as it was there.
        return false;
      }
      return true;
    }
  }

  /** Stands still. */
  void pause() {
    if (up()) {
      observer.disturbed(Disturbance.PROCESS, "api-server", "stop of");
      process.pause();
    }
  }

  void resume() {
    if (up()) {
      process.resume();
    }
  }

  /** Open watches by the server's own account; -1 if it never ran. */
  int watches() {
    if (metrics == null) {
      return -1;
    }
    return metrics.registry().scrape(name -> name.equals("capstan_watchers")).stream()
        .flatMap(snapshot -> snapshot.getDataPoints().stream())
        .mapToInt(point -> (int) ((GaugeSnapshot.GaugeDataPointSnapshot) point).getValue())
        .sum();
  }

  /** For the end of a run. */
  void end() {
    process.kill();
    store.forget();
    wires.forEach(Wire::cut);
  }
}
