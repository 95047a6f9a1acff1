package dev.capstan.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.capstan.api.v1.AnnounceRequest;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.NodeSessionsGrpc;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodWatchFrame;
import dev.capstan.api.v1.SessionOffer;
import dev.capstan.api.v1.WatchRequest;
import dev.capstan.kvstore.FaultyKvStore;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import io.grpc.Status.Code;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A server that stops loses nothing and lets its watchers go on elsewhere. */
class ShutdownTest {

  @Test
  void watchesEndUnavailableAndResumeAtAnotherServer() throws Exception {
    MemoryKvStore store = new MemoryKvStore(Seam.system());
    String seen;
    Pod missed;
    try (Api second = Api.over(store)) {
      try (Api first = Api.over(new SharedStore(store))) {
        Iterator<PodWatchFrame> watch = first.pods().watch(WatchRequest.getDefaultInstance());
        PodWatchFrame initial = watch.next();
        seen = initial.getResourceVersion();
        first.server.endStreams();
        assertThat(
                Api.code(() -> {
                  while (true) {
                    watch.next();
                  }
                }))
            .isEqualTo(Code.UNAVAILABLE);
        assertThat(Api.code(() -> first.pods().watch(WatchRequest.getDefaultInstance()).next()))
            .isEqualTo(Code.UNAVAILABLE);
        missed = first.create(Api.pod("web")); // Calls that are no streams still go on.
      }
      Iterator<PodWatchFrame> resumed =
          second.pods().watch(WatchRequest.newBuilder().setResourceVersion(seen).build());
      PodWatchFrame frame = resumed.next();
      while (frame.getEventsCount() == 0) {
        frame = resumed.next();
      }
      assertThat(frame.getEvents(0).getObject()).isEqualTo(missed);
    }
  }

  @Test
  void writesInProgressAreFinished() throws Exception {
    FaultyKvStore store = new FaultyKvStore(new MemoryKvStore(Seam.system()));
    try (Api api = Api.over(store)) {
      store.hold();
      CompletableFuture<Pod> created = new CompletableFuture<>();
      Thread.ofVirtual().start(() -> created.complete(api.create(Api.pod("web"))));
      store.awaitHeld(1, api.seam.clock());
      api.server.close();
      store.release();
      assertThat(created.get().getMetadata().getUid()).isNotEmpty();
    }
  }

  @Test
  void aRestartFindsTheSameClusterAndItsObjects() throws Exception {
    MemoryKvStore store = new MemoryKvStore(Seam.system());
    String cluster;
    Pod pod;
    try (Api before = Api.over(new SharedStore(store))) {
      cluster = before.server.clusterId();
      pod = before.create(Api.pod("web"));
    }
    try (Api after = Api.over(store)) {
      assertThat(after.server.clusterId()).isEqualTo(cluster);
      assertThat(after.pod(pod)).isEqualTo(pod);
    }
  }

  @Test
  void kubeletsSessionStreamsEndUnavailable() throws Exception {
    try (Api api = Api.start()) {
      Node node = api.createNode("n1");
      AnnounceRequest announce =
          AnnounceRequest.newBuilder()
              .setNodeName("n1")
              .setNodeUid(node.getMetadata().getUid())
              .build();
      Iterator<SessionOffer> offers =
          NodeSessionsGrpc.newBlockingStub(api.channel)
              .withDeadlineAfter(30, TimeUnit.SECONDS)
              .announce(announce);
      await()
          .until(() ->
              api.metrics.registry().scrape().stream()
                  .filter(m -> m.getMetadata().getName().equals("capstan_kubelets_connected"))
                  .anyMatch(ShutdownTest::connected));
      api.server.endStreams();
      assertThat(Api.code(offers::next)).isEqualTo(Code.UNAVAILABLE);
    }
  }

  private static boolean connected(MetricSnapshot metric) {
    return metric instanceof GaugeSnapshot gauge
        && gauge.getDataPoints().getFirst().getValue() == 1;
  }
}
