package dev.capstan.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import dev.capstan.api.v1.ClusterGrpc;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.InfoRequest;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodsGrpc;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.api.v1.WritePodRequest;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.apiserver.peers.Connections;
import dev.capstan.apiserver.peers.Limits;
import dev.capstan.kvstore.FaultyKvStore;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One connection, and so one event loop: whatever the store does, nobody waits on it. */
class EventLoopTest {

  private final HeldReads reads = new HeldReads(new MemoryKvStore(Seam.system()));
  private final FaultyKvStore store = new FaultyKvStore(reads);
  private Api api;
  private Server server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    api = Api.over(store);
    server =
        GrpcServers.netty(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                GrpcServers.KeepAlive.DEFAULT,
                api.server,
                Authenticator.trusting(),
                new HealthStatusManager(),
                new Connections(api.seam, Limits.standard(), api.metrics),
                api.seam)
            .start();
    channel =
        NettyChannelBuilder.forAddress((InetSocketAddress) server.getListenSockets().getFirst())
            .usePlaintext()
            .build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.shutdownNow();
    api.close();
  }

  private PodsGrpc.PodsFutureStub pods() {
    return PodsGrpc.newFutureStub(channel);
  }

  private ListenableFuture<Pod> create(Pod pod) {
    return pods().create(WritePodRequest.newBuilder().setObject(pod).build());
  }

  private void othersAreServed() {
    assertThat(
            ClusterGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .info(InfoRequest.getDefaultInstance()))
        .isNotNull();
  }

  @Test
  void othersAreServedWhileTheStoreCommits() throws Exception {
    store.hold();
    List<ListenableFuture<Pod>> writes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      writes.add(create(Api.pod("p" + i)));
    }
    store.awaitHeld(2, api.seam.clock());
    othersAreServed();
    assertThat(writes).noneMatch(ListenableFuture::isDone);
    store.release();
    for (ListenableFuture<Pod> write : writes) {
      assertThat(write.get().getMetadata().getResourceVersion()).isNotEmpty();
    }
  }

  /** Not in the cache, refused by the cached copy, a name that is taken and a dry run. */
  @Test
  void othersAreServedWhileTheStoreIsRead() throws Exception {
    Pod web = create(Api.pod("web")).get();
    reads.hold();
    Pod.Builder stale = web.toBuilder();
    stale.getMetadataBuilder().setResourceVersion("1");
    List<ListenableFuture<Pod>> writes =
        List.of(
            pods().delete(DeleteRequest.newBuilder().setNamespace("default").setName("x").build()),
            pods().update(WritePodRequest.newBuilder().setObject(stale).build()),
            create(Api.pod("other").toBuilder().setMetadata(elsewhere()).build()),
            pods()
                .create(
                    WritePodRequest.newBuilder()
                        .setObject(Api.pod("dry"))
                        .setOptions(WriteOptions.newBuilder().setDryRun(true))
                        .build()));
    reads.awaitHeld(writes.size(), api.seam.clock());
    othersAreServed();
    assertThat(create(Api.pod("new")).get().getMetadata().getName()).isEqualTo("new");
    assertThat(writes).noneMatch(ListenableFuture::isDone);
    reads.release();
    assertThat(writes.getLast().get().getMetadata().getName()).isEqualTo("dry");
    GetRequest get = GetRequest.newBuilder().setNamespace("default").setName("new").build();
    assertThat(pods().get(get).get().getMetadata().getName()).isEqualTo("new");
  }

  private static ObjectMeta elsewhere() {
    return ObjectMeta.newBuilder().setName("w").setNamespace("nowhere").build();
  }
}
