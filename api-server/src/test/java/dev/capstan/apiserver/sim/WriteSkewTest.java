package dev.capstan.apiserver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.NamespacesGrpc;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodsGrpc;
import dev.capstan.api.v1.WriteNamespaceRequest;
import dev.capstan.api.v1.WritePodRequest;
import dev.capstan.apiserver.Api;
import dev.capstan.apiserver.ApiServer;
import dev.capstan.apiserver.GrpcServers;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.apiserver.ops.Metrics;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.Simulation;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Creators race with the deletion of their namespace, in many orders. Whatever the order, no pod
 * outlives its namespace.
 */
class WriteSkewTest {

  private static final int SEEDS = 20;

  @Test
  void noPodOutlivesItsNamespace() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Simulation.run(seed, WriteSkewTest::race);
    }
  }

  private static void race(Simulation simulation) throws Exception {
    Seam seam = simulation.seam();
    MemoryKvStore store = new MemoryKvStore(seam);
    ApiServer api =
        ApiServer.start(
            seam, store, ValueCodec.plain(), ApiServer.Settings.trusting(), new Metrics());
    Server server =
        GrpcServers.add(
                InProcessServerBuilder.forName("race-" + simulation.hashCode()),
                api,
                Authenticator.trusting(),
                new HealthStatusManager(),
                seam)
            .scheduledExecutorService(seam.threads().libraryTimers())
            .build()
            .start();
    ManagedChannel channel =
        InProcessChannelBuilder.forName("race-" + simulation.hashCode())
            .executor(seam.threads().executor())
            .scheduledExecutorService(seam.threads().libraryTimers())
            .build();
    race(seam, channel);
    ListRequest all = ListRequest.newBuilder().setNamespace("team").build();
    assertThat(PodsGrpc.newBlockingStub(channel).list(all).getItemsList()).isEmpty();
    channel.shutdownNow();
    server.shutdownNow();
    api.close();
    store.close();
  }

  private static void race(Seam seam, ManagedChannel channel) throws InterruptedException {
    NamespacesGrpc.NamespacesBlockingStub namespaces = NamespacesGrpc.newBlockingStub(channel);
    Namespace team =
        Namespace.newBuilder().setMetadata(ObjectMeta.newBuilder().setName("team")).build();
    namespaces.create(WriteNamespaceRequest.newBuilder().setObject(team).build());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String name = "p" + i;
      threads.add(seam.threads().start("creator", () -> create(channel, name)));
    }
    threads.add(seam.threads().start("deleter", () -> delete(namespaces)));
    threads.add(seam.threads().start("emptier", () -> empty(seam, channel)));
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static void create(ManagedChannel channel, String name) {
    Pod.Builder pod = Api.pod(name).toBuilder();
    pod.getMetadataBuilder().setNamespace("team");
    try {
      PodsGrpc.newBlockingStub(channel).create(WritePodRequest.newBuilder().setObject(pod).build());
    } catch (StatusRuntimeException e) {
      // Refused: the namespace goes or is gone.
    }
  }

  private static void delete(NamespacesGrpc.NamespacesBlockingStub namespaces) {
    var deleted = namespaces.delete(DeleteRequest.newBuilder().setName("team").build());
    assertThat(deleted.getStatus().getPhase()).isEqualTo("Terminating");
  }

  /** A namespace controller in brief: empties, and when it finds nothing, finalizes. */
  private static void empty(Seam seam, ManagedChannel channel) {
    NamespacesGrpc.NamespacesBlockingStub namespaces = NamespacesGrpc.newBlockingStub(channel);
    PodsGrpc.PodsBlockingStub pods = PodsGrpc.newBlockingStub(channel);
    GetRequest get = GetRequest.newBuilder().setName("team").build();
    try {
      for (Namespace now = namespaces.get(get); ; now = namespaces.get(get)) {
        List<Pod> left =
            pods.list(ListRequest.newBuilder().setNamespace("team").build()).getItemsList();
        if (now.getMetadata().hasDeletionTimestamp() && left.isEmpty()) {
          finish(namespaces, now);
        } else if (now.getMetadata().hasDeletionTimestamp()) {
          left.forEach(pod -> remove(pods, pod));
        }
        seam.clock().sleep(java.time.Duration.ofMillis(1));
      }
    } catch (StatusRuntimeException e) {
      // NOT_FOUND: done.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void finish(NamespacesGrpc.NamespacesBlockingStub namespaces, Namespace now) {
    Namespace.Builder emptied = now.toBuilder();
    emptied.getSpecBuilder().clearFinalizers();
    var done = namespaces.update(WriteNamespaceRequest.newBuilder().setObject(emptied).build());
    assertThat(done.getSpec().getFinalizersList()).isEmpty();
  }

  private static void remove(PodsGrpc.PodsBlockingStub pods, Pod pod) {
    var removed =
        pods.delete(
            DeleteRequest.newBuilder()
                .setNamespace("team")
                .setName(pod.getMetadata().getName())
                .build());
    assertThat(removed.getMetadata().getName()).isEqualTo(pod.getMetadata().getName());
  }
}
