package dev.capstan.apiserver.read;

import static dev.capstan.apiserver.testing.ReadHarness.CONFIG_MAP;
import static dev.capstan.apiserver.testing.ReadHarness.map;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.RevisionRequest;
import dev.capstan.api.v1.RevisionResponse;
import dev.capstan.apiserver.testing.ReadHarness;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** No read is stale, however far the cache lags, and freshness costs little. */
class FreshnessTest {

  /** A Get on a thread of its own. */
  private static final class Get {
    @Nullable String value;
    @Nullable RuntimeException error;

    Get(Simulation sim, ReadHarness api, String name) {
      GetRequest request = GetRequest.newBuilder().setNamespace("default").setName(name).build();
      var call = api.call();
      sim.seam()
          .threads()
          .start(
              "get",
              () -> {
                try {
                  var bytes =
                      ReadHarness.got(api.server.endpoints().get(CONFIG_MAP).answer(call, request));
                  value = ConfigMap.parseFrom(bytes).getDataOrThrow("v");
                } catch (RuntimeException e) {
                  error = e;
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              });
    }

    boolean isOver() {
      return value != null || error != null;
    }

    Status.Code code() {
      return Status.fromThrowable(error).getCode();
    }
  }

  @Test
  void aReadWaitsForACacheThatLags() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "old"));
          api.settle();
          api.store.closeWatch();
          api.write(map("a", "new"));
          Get get = new Get(sim, api, "a");
          sim.seam().clock().sleep(Duration.ofSeconds(3));
          assertThat(get.isOver()).isFalse();
          api.store.openWatch();
          api.settle();
          assertThat(get.value).isEqualTo("new");
        });
  }

  @Test
  void aReadWhoseDeadlinePassesIsUnavailable() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.store.closeWatch();
          api.write(map("a", "1"));
          Get lagging = new Get(sim, api, "a");
          sim.seam().clock().sleep(Duration.ofSeconds(11));
          assertThat(lagging.code()).isEqualTo(Status.Code.UNAVAILABLE);
          api.store.openWatch();
          api.store.closeReads();
          Get cutOff = new Get(sim, api, "a");
          sim.seam().clock().sleep(Duration.ofSeconds(11));
          assertThat(cutOff.code()).isEqualTo(Status.Code.UNAVAILABLE);
          api.store.openReads();
        });
  }

  @Test
  void readsRecoverWhenTheStoreDoes() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "1"));
          api.store.failure = new StoreException.Unavailable("no leader", null);
          Get get = new Get(sim, api, "a");
          sim.seam().clock().sleep(Duration.ofSeconds(2));
          assertThat(get.isOver()).isFalse();
          api.store.failure = null;
          sim.seam().clock().sleep(Duration.ofSeconds(1));
          assertThat(get.value).isEqualTo("1");
        });
  }

  @Test
  void readsThatWaitTogetherShareOneQuestionToTheStore() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "1"));
          api.settle();
          api.store.closeReads();
          int before = api.store.reads;
          List<Get> gets = new ArrayList<>();
          for (int i = 0; i < 100; i++) {
            gets.add(new Get(sim, api, "a"));
          }
          api.settle();
          api.store.openReads();
          api.settle();
          assertThat(gets).allMatch(get -> "1".equals(get.value));
          // One that may have been sent before some arrived, and one for those.
          assertThat(api.store.reads - before).isLessThanOrEqualTo(2);
        });
  }

  @Test
  void anAnswerToAWriteSentAfterTheReadArrivedIsAsGood() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "1"));
          api.settle();
          api.store.closeReads();
          Get get = new Get(sim, api, "a");
          api.settle();
          assertThat(get.isOver()).isFalse();
          api.write(map("a", "2"));
          api.settle();
          assertThat(get.value).isEqualTo("2");
          api.store.openReads();
        });
  }

  @Test
  void theCacheIsAskedForProgressWhenTheNewestRevisionIsNoneOfOurs() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          api.write(map("a", "1"));
          api.settle();
          api.store.silent = true;
          api.memory.commit(
              new Group(
                  List.of(
                      new Txn(List.of(), List.of(new Txn.Op.Put("/foreign", new byte[] {1}))))));
          Get get = new Get(sim, api, "a");
          api.settle();
          assertThat(get.value).isEqualTo("1");
        });
  }

  @Test
  void theRevisionIncludesEveryAcknowledgedWrite() {
    Simulation.run(
        1,
        sim -> {
          var api = new ReadHarness(sim);
          long revision = api.write(map("a", "1"));
          var bytes =
              api.server
                  .endpoints()
                  .revision()
                  .answer(api.call(), RevisionRequest.getDefaultInstance());
          assertThat(RevisionResponse.parseFrom(bytes).getResourceVersion())
              .isEqualTo(ResourceVersions.whole(revision));
        });
  }
}
