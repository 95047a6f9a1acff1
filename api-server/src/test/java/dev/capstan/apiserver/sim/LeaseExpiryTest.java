package dev.capstan.apiserver.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.AcquireLeaseRequest;
import dev.capstan.api.v1.FencedDetail;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.LeaseHeldDetail;
import dev.capstan.api.v1.LeasesGrpc;
import dev.capstan.api.v1.PodsGrpc;
import dev.capstan.api.v1.WriteLeaseRequest;
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
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A holder that has fallen silent, in simulated time. */
class LeaseExpiryTest {

  private static final int SECONDS = 15;

  private interface Scene {
    void play(Seam seam, ManagedChannel channel) throws Exception;
  }

  private static void play(Scene scene) {
    Simulation.run(
        1,
        sim -> {
          Seam seam = sim.seam();
          MemoryKvStore store = new MemoryKvStore(seam);
          ApiServer api =
              ApiServer.start(
                  seam, store, ValueCodec.plain(), ApiServer.Settings.trusting(), new Metrics());
          String name = "lease-" + sim.hashCode();
          Server server =
              GrpcServers.add(
                      InProcessServerBuilder.forName(name),
                      api,
                      Authenticator.trusting(),
                      new HealthStatusManager(),
                      seam)
                  .scheduledExecutorService(seam.threads().libraryTimers())
                  .build()
                  .start();
          ManagedChannel channel =
              InProcessChannelBuilder.forName(name)
                  .executor(seam.threads().executor())
                  .scheduledExecutorService(seam.threads().libraryTimers())
                  .build();
          scene.play(seam, channel);
          channel.shutdownNow();
          server.shutdownNow();
          api.close();
          store.close();
        });
  }

  private static Lease acquire(ManagedChannel channel, String holder, String expired) {
    return LeasesGrpc.newBlockingStub(channel)
        .acquire(
            AcquireLeaseRequest.newBuilder()
                .setNamespace("kube-system")
                .setName("capstan-scheduler")
                .setHolderIdentity(holder)
                .setLeaseDurationSeconds(SECONDS)
                .setExpiredResourceVersion(expired)
                .build());
  }

  private static Lease refused(ManagedChannel channel, String expired) {
    StatusRuntimeException error = Api.error(() -> acquire(channel, "b", expired));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    return ApiErrors.detail(error, LeaseHeldDetail.class).orElseThrow().getLease();
  }

  private static void pass(Seam seam, int seconds) throws InterruptedException {
    seam.clock().sleep(Duration.ofSeconds(seconds));
  }

  private static WritePodRequest fenced(String pod, Lease lease) {
    WritePodRequest.Builder request = WritePodRequest.newBuilder().setObject(Api.pod(pod));
    request
        .getOptionsBuilder()
        .getFenceBuilder()
        .setNamespace("kube-system")
        .setName("capstan-scheduler")
        .setEpoch(lease.getSpec().getEpoch());
    return request.build();
  }

  @Test
  void whatASilentHolderHadIsTakenFromIt() {
    play((seam, channel) -> {
      Lease held = acquire(channel, "a", "");
      assertThat(held.getSpec().getEpoch()).isNotEmpty();
      pass(seam, SECONDS - 1);
      assertThat(refused(channel, held.getMetadata().getResourceVersion())).isEqualTo(held);
      pass(seam, 3);
      assertThat(refused(channel, "1")).as("judged by another version").isEqualTo(held);

      Lease taken = acquire(channel, "b", held.getMetadata().getResourceVersion());
      assertThat(taken.getSpec().getHolderIdentity()).isEqualTo("b");
      assertThat(taken.getSpec().getLeaseTransitions()).isEqualTo(1);
      assertThat(taken.getMetadata().getUid()).isEqualTo(held.getMetadata().getUid());
      assertThat(ResourceVersions.compare(taken.getSpec().getEpoch(), held.getSpec().getEpoch()))
          .isPositive();

      PodsGrpc.PodsBlockingStub pods = PodsGrpc.newBlockingStub(channel);
      StatusRuntimeException late = Api.error(() -> pods.create(fenced("late", held)));
      assertThat(ApiErrors.detail(late, FencedDetail.class).orElseThrow().getCurrentEpoch())
          .isEqualTo(taken.getSpec().getEpoch());
      assertThat(pods.create(fenced("web", taken)).getMetadata().getName()).isEqualTo("web");
    });
  }

  @Test
  void whoRenewsKeepsIt() {
    play((seam, channel) -> {
      Lease held = acquire(channel, "a", "");
      pass(seam, SECONDS - 5);
      Lease.Builder renewed = held.toBuilder();
      renewed.getSpecBuilder().getRenewTimeBuilder().setSeconds(1_900_000_000L);
      Lease now =
          LeasesGrpc.newBlockingStub(channel)
              .update(WriteLeaseRequest.newBuilder().setObject(renewed).build());
      pass(seam, SECONDS - 5);
      assertThat(refused(channel, "")).isEqualTo(now);
      pass(seam, 7);
      assertThat(acquire(channel, "b", "").getSpec().getHolderIdentity()).isEqualTo("b");
    });
  }
}
