package dev.capstan.apiserver.watch;

import static dev.capstan.apiserver.testing.ReadHarness.delete;
import static dev.capstan.apiserver.testing.ReadHarness.labelled;
import static dev.capstan.apiserver.testing.ReadHarness.map;
import static dev.capstan.apiserver.testing.ReadHarness.mapOf;
import static dev.capstan.apiserver.testing.ReadHarness.selector;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.apiserver.cache.UnreadableKeys;
import dev.capstan.apiserver.testing.FakeStream;
import dev.capstan.apiserver.testing.ReadHarness;
import dev.capstan.apiserver.testing.Unreadable;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.WriteId;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** What watchers see of an object whose value cannot be read: nothing, until it can be. */
class UnreadableWatchTest {

  private static final String KEY = "/capstan/v1/configmaps/default/a";

  private static List<String> told(FakeStream stream) {
    return stream.events().stream()
        .map(e ->
            e.getType()
                + " "
                + mapOf(e).getMetadata().getName()
                + " "
                + mapOf(e).getDataOrDefault("v", ""))
        .toList();
  }

  private static byte[] whole(ConfigMap map) {
    return ValueCodec.plain().encode(KEY, map.toByteArray(), new WriteId(1, 2), 0);
  }

  @ParameterizedTest
  @EnumSource
  void watchersKeepWhatCouldBeRead(Unreadable how) {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "1"), map("b", "1"));
          FakeStream maps = api.watchMaps("");
          api.settle();
          how.happen(api.store, KEY);
          api.write(map("b", "2"));
          api.settle();
          assertThat(told(maps)).containsExactly("ADDED a 1", "ADDED b 1", "MODIFIED b 2");
          Unreadable.write(api.store, KEY, whole(map("a", "3")));
          api.settle();
          assertThat(told(maps)).last().isEqualTo("MODIFIED a 3");
          how.happen(api.store, KEY);
          how.happen(api.store, KEY);
          long gone = api.commit(List.of(delete(map("a", ""))));
          api.settle();
          assertThat(told(maps)).last().isEqualTo("DELETED a 3");
          assertThat(mapOf(maps.events().getLast()).getMetadata().getResourceVersion())
              .isEqualTo(ResourceVersions.of(gone, ValueCodec.MAX_SLOT));
        });
  }

  @Test
  void theLogSaysItOnceForEachKey() {
    Logger logger = (Logger) LoggerFactory.getLogger(UnreadableKeys.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    logger.addAppender(lines);
    try {
      Simulation.run(
          1,
          sim -> {
            var api = new ReadHarness(sim);
            api.write(map("a", "1"), map("b", "1"));
            Unreadable.FOREIGN.happen(api.store, KEY);
            Unreadable.NEWER_VERSION.happen(api.store, "/capstan/v1/configmaps/default/b");
            Unreadable.FOREIGN.happen(api.store, KEY);
            api.write(map("c", "1"));
            api.settle();
          });
    } finally {
      logger.detachAppender(lines);
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            line -> assertThat(line).startsWith("the value of " + KEY + " cannot be read: "),
            line -> assertThat(line).contains("/b cannot be read: storage version 2"));
  }

  @Test
  void whoseSelectionItLeavesMeanwhileIsToldWhenItCanBeReadAgain() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(labelled("a", "web", "1"));
          FakeStream web = api.watch(api.server, "", selector("ConfigMap", "app=web", ""));
          api.settle();
          Unreadable.FOREIGN.happen(api.store, KEY);
          Unreadable.write(api.store, KEY, whole(labelled("a", "other", "2")));
          api.settle();
          assertThat(told(web)).containsExactly("ADDED a 1", "DELETED a 1");
        });
  }

  @ParameterizedTest
  @EnumSource
  void aNewWatchBeginsWithWhatCouldBeReadLast(Unreadable how) {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "1"), map("b", "1"));
          how.happen(api.store, KEY);
          FakeStream here = api.watchMaps("");
          api.settle();
          assertThat(told(here)).containsExactly("ADDED a 1", "ADDED b 1");
          // Another server, or this one after a restart: what it was is read from the past.
          var other = api.startServer(1 << 20, 1_000);
          other.awaitReady(api.deadline());
          FakeStream there = api.watch(other, "", selector("ConfigMap", "", ""));
          sim.seam().clock().sleep(Duration.ofSeconds(1));
          assertThat(told(there)).containsExactly("ADDED a 1", "ADDED b 1");
        });
  }

  @Test
  void aWatchThatWouldBeginWithLessThanThereIsIsRefused() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "1"), map("b", "1"));
          Unreadable.FOREIGN.happen(api.store, KEY);
          var forgetful = api.startServer(1 << 20, 0);
          forgetful.awaitReady(api.deadline());
          FakeStream all = api.watch(forgetful, "", selector("ConfigMap", "", ""));
          FakeStream labels = api.watch(forgetful, "", selector("ConfigMap", "app=web", ""));
          FakeStream other =
              api.watch(
                  forgetful,
                  "",
                  selector("ConfigMap", "", "metadata.namespace=default,metadata.name=b"));
          api.settle();
          assertThat(Status.fromThrowable(all.failure()).getCode()).isEqualTo(Code.DATA_LOSS);
          assertThat(Status.fromThrowable(all.failure()).getDescription()).contains(KEY);
          assertThat(Status.fromThrowable(labels.failure()).getCode()).isEqualTo(Code.DATA_LOSS);
          assertThat(told(other)).containsExactly("ADDED b 1");
        });
  }

  @Test
  void whoHasSeenMoreThanTheServerBeginsAnewWhenTheObjectIsMendedOrGone() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "1"), map("b", "1"));
          FakeStream before = api.watchMaps("");
          Unreadable.FOREIGN.happen(api.store, KEY);
          api.settle();
          var forgetful = api.startServer(1 << 20, 0);
          forgetful.awaitReady(api.deadline());
          FakeStream resumed =
              api.watch(forgetful, before.version(), selector("ConfigMap", "", ""));
          api.settle();
          assertThat(resumed.events()).isEmpty();
          api.commit(List.of(delete(map("a", ""))));
          api.settle();
          // No event could say what was deleted: a watcher may have it, with whatever labels.
          assertThat(Status.fromThrowable(resumed.failure()).getCode())
              .isEqualTo(Code.OUT_OF_RANGE);
          FakeStream anew = api.watch(forgetful, "", selector("ConfigMap", "", ""));
          sim.seam().clock().sleep(Duration.ofSeconds(1));
          api.write(map("b", "2"));
          api.settle();
          assertThat(told(anew)).containsExactly("ADDED b 1", "MODIFIED b 2");
        });
  }
}
