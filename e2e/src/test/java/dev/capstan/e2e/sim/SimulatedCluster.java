package dev.capstan.e2e.sim;

import dev.capstan.apiserver.ApiServer;
import dev.capstan.apiserver.ops.Metrics;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.client.control.LeaderElection;
import dev.capstan.controller.ControllerManager;
import dev.capstan.controller.ControllerOptions;
import dev.capstan.kubelet.Kubelet;
import dev.capstan.kubelet.SimulatedNodes;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.scheduler.Scheduler;
import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.SimulatedProcess;
import dev.capstan.seam.sim.Simulation;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Every process of a cluster as a {@link SimulatedProcess}: the real code but for sockets, disk and
 * containers.
 */
final class SimulatedCluster implements AutoCloseable {

  private final Simulation sim;
  private final MemoryKvStore store;
  private final List<Wire> wires = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();
  private final List<SimulatedProcess> processes = new ArrayList<>();
  private SimulatedProcess serverProcess;
  private ApiServer server;
  private int generation;

  SimulatedCluster(Simulation sim) throws InterruptedException {
    this.sim = sim;
    this.store = new MemoryKvStore(sim.process("store").seam());
    this.serverProcess = sim.process("api-server");
    this.server = serve(serverProcess.seam());
  }

  private ApiServer serve(Seam seam) throws InterruptedException {
    return ApiServer.start(
        seam, store, ValueCodec.plain(), ApiServer.Settings.trusting(), new Metrics());
  }

  private Connection connect(Seam client) {
    Wire wire = new Wire();
    wires.add(wire);
    listen(wire);
    ConnectionOptions options = ConnectionOptions.of("in-process", null);
    Connection connection = Connection.over(() -> wire.channel(client), options, client);
    connections.add(connection);
    return connection;
  }

  private void listen(Wire wire) {
    try {
      wire.listen(server, serverProcess.seam());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private SimulatedProcess process(String name) {
    SimulatedProcess process = sim.process(name + "-" + generation++);
    processes.add(process);
    return process;
  }

  /** What a user calls. */
  Api user() {
    return Api.of(connect(sim.seam())).as("test");
  }

  /** Starts a scheduler in a process of its own. */
  SimulatedProcess scheduler() {
    SimulatedProcess process = process("scheduler");
    new Scheduler(
            connect(process.seam()),
            process.name(),
            LeaderElection.Timing.DEFAULT,
            new PrometheusRegistry())
        .start();
    return process;
  }

  /** Starts a controller-manager in a process of its own. */
  SimulatedProcess controllers() {
    SimulatedProcess process = process("controllers");
    new ControllerManager(
            connect(process.seam()), ControllerOptions.of(process.name()), new PrometheusRegistry())
        .start();
    return process;
  }

  /** Starts a kubelet that is several nodes. */
  SimulatedProcess kubelet(String prefix, int nodes) throws Exception {
    SimulatedProcess process = process("kubelet");
    Kubelet kubelet =
        new Kubelet(
            () -> connect(process.seam()),
            SimulatedNodes.of(prefix, nodes).plans(process.seam()),
            "",
            new PrometheusRegistry());
    process
        .seam()
        .threads()
        .start(
            "main",
            () -> {
              try {
                kubelet.start();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    return process;
  }

  /** The API server dies at this very moment and a new one starts over the same store. */
  void crashServer() throws InterruptedException {
    serverProcess.kill();
    wires.forEach(Wire::cut);
    serverProcess = process("api-server");
    server = serve(serverProcess.seam());
    wires.forEach(this::listen);
  }

  @Override
  public void close() {
    processes.forEach(SimulatedProcess::kill);
    serverProcess.kill();
    wires.forEach(Wire::cut);
    connections.forEach(Connection::close);
  }
}
