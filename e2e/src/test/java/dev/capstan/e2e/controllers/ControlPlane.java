package dev.capstan.e2e.controllers;

import dev.capstan.apiserver.ApiServer;
import dev.capstan.apiserver.GrpcServers;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.apiserver.ops.Metrics;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.controller.ControllerManager;
import dev.capstan.controller.ControllerOptions;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.SimulatedProcess;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;

/** An API server over memory, and what connects to it, in simulated processes. */
final class ControlPlane implements AutoCloseable {

  final Simulation sim;
  final Api api;
  final FakeNodes nodes;
  private final String name;
  private final ApiServer server;
  private final Server grpc;
  private int managers;

  ControlPlane(Simulation sim) throws InterruptedException {
    this(sim, new MemoryKvStore(sim.seam()));
  }

  /** Over what a store holds already. */
  ControlPlane(Simulation sim, KvStore store) throws InterruptedException {
    this.sim = sim;
    Seam seam = sim.process("api-server").seam();
    this.name = "sim-" + sim.seed() + "-" + InProcessServerBuilder.generateName();
    this.server =
        ApiServer.start(
            seam, store, ValueCodec.plain(), ApiServer.Settings.trusting(), new Metrics());
    this.grpc = serve(seam);
    this.api = Api.of(connect(sim.seam()));
    this.nodes = new FakeNodes(Api.of(connect(sim.seam())), sim);
  }

  private Server serve(Seam seam) {
    try {
      return GrpcServers.add(
              InProcessServerBuilder.forName(name)
                  .scheduledExecutorService(seam.threads().libraryTimers()),
              server,
              Authenticator.trusting(),
              new HealthStatusManager(),
              seam)
          .build()
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Connection connect(Seam seam) {
    return Connection.over(
        () ->
            InProcessChannelBuilder.forName(name)
                .executor(seam.threads().executor())
                .scheduledExecutorService(seam.threads().libraryTimers())
                .build(),
        ConnectionOptions.of(name, null),
        seam);
  }

  /** Starts a controller-manager in a process of its own. */
  Manager manager() {
    SimulatedProcess process = sim.process("manager-" + managers);
    ControllerManager manager =
        new ControllerManager(
            connect(process.seam()),
            ControllerOptions.of("manager-" + managers++),
            new PrometheusRegistry());
    manager.start();
    return new Manager(process, manager);
  }

  record Manager(SimulatedProcess process, ControllerManager manager) {}

  @Override
  public void close() {
    grpc.shutdownNow();
    server.close();
  }
}
