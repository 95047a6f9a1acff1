package dev.capstan.kvstore.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kvstore.KvStore.Change;
import dev.capstan.kvstore.KvStore.WatchEnd;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.contract.Recorder;
import dev.capstan.kvstore.contract.Recorder.Frame;
import dev.capstan.seam.Seam;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Our watch against a server that breaks streams where it hurts. */
class EtcdWatchTest {

  private static final Status BARE = Status.UNAVAILABLE;

  private final Seam seam = Seam.system();
  private final FakeEtcd etcd;
  private final Recorder heard = new Recorder(seam.clock());
  private EtcdKvStore store;

  EtcdWatchTest() throws IOException {
    etcd = new FakeEtcd();
    store = new EtcdKvStore(List.of(etcd.endpoint()), seam);
  }

  @BeforeEach
  void fill() {
    for (int i = 0; i < 3; i++) {
      etcd.put("x", "/a", "/b");
    }
  }

  @AfterEach
  void close() {
    store.close();
    etcd.close();
  }

  private void assertAllHeard() {
    assertThat(heard.awaitRevision(4)).extracting(Frame::revision).containsExactly(2L, 3L, 4L);
    assertThat(heard.frames())
        .allSatisfy(frame ->
            assertThat(frame.changes()).extracting(Change::key).containsExactly("/a", "/b"));
  }

  /** jetcd's first fault: it would resume past everything. */
  @Test
  void aStreamCutBeforeItsBacklogIsResumedFromWhereItWas() {
    etcd.script((e, start, to) -> {
      e.created(to);
      to.onError(BARE.withDescription("connection reset").asRuntimeException());
    });
    store.watch("/", 1, heard);
    assertAllHeard();
    assertThat(etcd.starts()).containsExactly(1L, 1L);
  }

  /** jetcd's second fault: the watch would be dead. */
  @Test
  void anUnavailableWithoutDescriptionIsSurvived() {
    etcd.script((e, start, to) -> to.onError(BARE.asRuntimeException()));
    store.watch("/", 1, heard);
    assertAllHeard();
  }

  /** jetcd's third fault: 4 MiB would end it. */
  @Test
  void aResponseOverFourMegabytesIsTaken() {
    etcd.put("x".repeat(3 << 20), "/c", "/d");
    store.watch("/", 1, heard);
    assertThat(heard.awaitRevision(5)).hasSize(4);
  }

  @Test
  void noLeaderIsSurvived() {
    etcd.script((e, start, to) ->
        to.onNext(
            WatchResponse.newBuilder()
                .setHeader(e.header())
                .setCreated(true)
                .setCanceled(true)
                .setCancelReason("etcdserver: no leader")
                .build()));
    store.watch("/", 1, heard);
    assertAllHeard();
  }

  @Test
  void aRevisionCutBetweenFragmentsIsDeliveredOnceAndWhole() {
    etcd.script(
        (e, start, to) -> {
          e.created(to);
          List<Event> events = e.since(start);
          e.send(events.subList(0, 3), true, to); // Revision 2, and half of 3.
          to.onError(BARE.asRuntimeException());
        },
        (e, start, to) -> {
          e.created(to);
          List<Event> events = e.since(start);
          e.send(events.subList(0, 1), true, to);
          e.send(events.subList(1, 3), true, to);
          e.send(events.subList(3, events.size()), false, to);
        });
    store.watch("/", 1, heard);
    assertAllHeard();
    assertThat(etcd.starts()).containsExactly(1L, 2L);
  }

  @Test
  void progressBetweenFragmentsIsNotBelieved() {
    etcd.script((e, start, to) -> {
      e.created(to);
      e.send(e.since(start).subList(0, 3), true, to);
      to.onNext(WatchResponse.newBuilder().setHeader(e.header()).setWatchId(-1).build());
      to.onError(BARE.asRuntimeException());
    });
    store.watch("/", 1, heard);
    assertAllHeard();
  }

  @Test
  void whatIsSentTwiceIsHeardOnce() {
    etcd.script(
        (e, start, to) -> {
          e.created(to);
          e.send(e.since(start), false, to);
          to.onError(BARE.asRuntimeException());
        },
        (e, start, to) -> {
          e.created(to);
          e.put("x", "/a", "/b"); // What comes after the repeats shows that they have come.
          e.send(e.since(1), false, to);
        });
    store.watch("/", 1, heard);
    assertThat(heard.awaitRevision(5)).extracting(Frame::revision).containsExactly(2L, 3L, 4L, 5L);
  }

  @Test
  void compactionIsAnEndAndSaysFromWhere() {
    etcd.script((e, start, to) ->
        to.onNext(
            WatchResponse.newBuilder()
                .setHeader(e.header())
                .setCanceled(true)
                .setCompactRevision(3)
                .build()));
    store.watch("/", 1, heard);
    assertThat(heard.awaitEnd()).isEqualTo(new WatchEnd.Compacted(3));
  }

  @Test
  void aStoreThatWasResetIsTheFuture() {
    store.watch("/", 40, heard);
    assertThat(heard.awaitEnd()).isEqualTo(new WatchEnd.Future(4));
  }

  @Test
  void anEtcdThatIsTooOldIsRefusedWithItsVersion() {
    etcd.version("3.5.12");
    assertThatThrownBy(() -> new EtcdKvStore(List.of(etcd.endpoint()), seam))
        .isInstanceOf(StoreException.Unusable.class)
        .hasMessageContaining("3.5.12")
        .hasMessageContaining("3.5.13");
  }

  @Test
  void anEtcdThatIsNotThereIsNamed() {
    EtcdOptions options =
        EtcdOptions.of(List.of("127.0.0.1:" + EtcdServer.freePort()))
            .withCallTimeout(Duration.ofMillis(300));
    assertThatThrownBy(() -> new EtcdKvStore(options, seam))
        .isInstanceOf(StoreException.Unavailable.class)
        .hasMessageContaining(options.endpoints().getFirst());
  }
}
