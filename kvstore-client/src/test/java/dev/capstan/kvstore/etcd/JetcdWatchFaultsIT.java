package dev.capstan.kvstore.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchResponse;
import io.grpc.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Why the watch is ours: what jetcd 0.8.7 makes of the same server. When one of these fails, jetcd
 * has been repaired and {@link EtcdWatch} may be thought over; {@link EtcdWatchTest} has the other
 * side of each.
 */
class JetcdWatchFaultsIT {

  private final FakeEtcd etcd;
  private final Client client;
  private final List<Long> heard = new CopyOnWriteArrayList<>();
  private final AtomicInteger ends = new AtomicInteger();

  JetcdWatchFaultsIT() throws IOException {
    etcd = new FakeEtcd();
    client = Client.builder().endpoints("http://" + etcd.endpoint()).build();
    for (int i = 0; i < 3; i++) {
      etcd.put("x", "/a", "/b");
    }
  }

  @AfterEach
  void close() {
    client.close();
    etcd.close();
  }

  private void watch() {
    WatchOption option = WatchOption.builder().withRevision(1).isPrefix(true).build();
    Watch.Listener listener = Watch.listener(this::hear, error -> {}, ends::incrementAndGet);
    client.getWatchClient().watch(ByteSequence.from("/", UTF_8), option, listener);
  }

  private void hear(WatchResponse response) {
    response.getEvents().forEach(event -> heard.add(event.getKeyValue().getModRevision()));
  }

  @Test
  void aStreamCutBeforeItsBacklogIsResumedPastIt() {
    etcd.script((e, start, to) -> {
      e.created(to);
      to.onError(Status.UNAVAILABLE.withDescription("connection reset").asRuntimeException());
    });
    watch();
    await().atMost(Duration.ofSeconds(20)).until(() -> etcd.starts().size() >= 2);
    assertThat(etcd.starts().get(1)).as("the backlog is at 2 to 4").isGreaterThan(2);
  }

  @Test
  void anUnavailableWithoutDescriptionKillsItSilently() {
    etcd.script((e, start, to) -> to.onError(Status.UNAVAILABLE.asRuntimeException()));
    watch();
    await().atMost(Duration.ofSeconds(20)).until(() -> etcd.starts().size() == 1);
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(20))
        .until(() -> etcd.starts().size() == 1 && heard.isEmpty() && ends.get() == 0);
  }

  @Test
  void aResponseOverFourMegabytesEndsIt() {
    etcd.put("x".repeat(3 << 20), "/c", "/d");
    watch();
    await().atMost(Duration.ofSeconds(20)).until(() -> !etcd.starts().isEmpty());
    await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(20)).until(heard::isEmpty);
  }
}
