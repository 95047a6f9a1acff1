package dev.capstan.client;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.client.testing.FakeApiServer;
import dev.capstan.client.testing.FakeApiServer.Fault;
import dev.capstan.client.testing.Objects;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApiTest {

  /** What is tested, with a server and a client in one simulation. */
  interface Body {
    void run(Simulation sim, FakeApiServer server, Api api) throws Exception;
  }

  static void withServer(Body body) {
    Simulation.run(
        11,
        sim -> {
          try (FakeApiServer server = new FakeApiServer("api", sim.process("server").seam());
              Connection connection = server.connect(sim.process("client").seam())) {
            body.run(sim, server, Api.of(connection));
          }
        });
  }

  @Test
  void anObjectIsCreatedReadListedUpdatedPatchedAndDeleted() {
    withServer((sim, server, api) -> {
      Resource<ConfigMap> maps = api.configMaps().namespace("default");
      ConfigMap made = maps.create(Objects.configMap("m", "a", "1"));
      assertThat(made.getMetadata().getUid()).isNotEmpty();
      assertThat(maps.get("m")).isEqualTo(made);
      ConfigMap updated = maps.update(made.toBuilder().putData("b", "2").build());
      assertThat(updated.getDataMap()).containsEntry("b", "2");
      ConfigMap patched = maps.patch("m", "{\"data\":{\"a\":null,\"c\":\"3\"}}");
      assertThat(patched.getDataMap()).containsOnlyKeys("b", "c");
      assertThat(maps.list().items()).containsExactly(patched);
      maps.delete("m");
      assertThat(maps.find("m")).isEmpty();
    });
  }

  @Test
  void onlyNotFoundIsNothing() {
    withServer((sim, server, api) -> {
      Resource<ConfigMap> maps = api.retryingFor(Duration.ZERO).configMaps().namespace("default");
      for (Status answer :
          List.of(
              Status.DATA_LOSS,
              Status.INTERNAL,
              Status.UNAVAILABLE,
              Status.PERMISSION_DENIED,
              Status.RESOURCE_EXHAUSTED)) {
        server.refuse("ConfigMap/Get", answer.withDescription("no"));
        assertThatThrownBy(() -> maps.find("m"))
            .isInstanceOfSatisfying(
                ApiException.class, e -> assertThat(e.code()).isEqualTo(answer.getCode()));
      }
      server.refuse("ConfigMap/Get", Status.NOT_FOUND);
      assertThat(maps.find("m")).isEmpty();
    });
  }

  @Test
  void whatCannotBeReadWasNotWritten() {
    withServer((sim, server, api) -> {
      server.refuse("ConfigMap/Update", Status.DATA_LOSS.withDescription("configmaps/default/m"));
      assertThatThrownBy(() -> api.configMaps().update(Objects.configMap("m", "a", "1")))
          .isInstanceOfSatisfying(
              ApiException.Unreadable.class, e -> assertThat(e.mayHaveHappened()).isFalse());
    });
  }

  @Test
  void theNamespaceOfTheClientIsFilledIn() {
    withServer((sim, server, api) -> {
      ConfigMap bare = Objects.configMap("m", "a", "1");
      bare = bare.toBuilder().setMetadata(bare.getMetadata().toBuilder().clearNamespace()).build();
      ConfigMap made = api.configMaps().namespace("other").create(bare);
      assertThat(made.getMetadata().getNamespace()).isEqualTo("other");
    });
  }

  @Test
  void theStatusIsWrittenApart() {
    withServer((sim, server, api) -> {
      Resource<Pod> pods = api.pods().namespace("default");
      Pod pod = pods.create(Objects.pod("p", "web", ""));
      Pod.Builder both = pod.toBuilder();
      both.getSpecBuilder().setNodeName("n1");
      both.getStatusBuilder().setPhase("Running");
      Pod stored = pods.updateStatus(both.build());
      assertThat(stored.getStatus().getPhase()).isEqualTo("Running");
      assertThat(stored.getSpec().getNodeName()).isEmpty();
    });
  }

  @Test
  void aLongListComesInPages() {
    withServer((sim, server, api) -> {
      Resource<ConfigMap> maps = api.configMaps().namespace("default");
      for (int i = 0; i < 7; i++) {
        maps.create(Objects.configMap("m" + i, "a", "1"));
      }
      assertThat(maps.list(new ListOptions("", "", 3)).items()).hasSize(7);
      assertThat(server.calls().stream().filter("ConfigMaps/List"::equals)).hasSize(3);
    });
  }

  @Test
  void selectorsSelect() {
    withServer((sim, server, api) -> {
      Resource<Pod> pods = api.pods().namespace("default");
      pods.create(Objects.pod("a", "web", "n1"));
      pods.create(Objects.pod("b", "web", "n2"));
      pods.create(Objects.pod("c", "db", "n1"));
      assertThat(pods.list(ListOptions.labels("app=web")).items()).hasSize(2);
      assertThat(pods.list(ListOptions.fields("spec.nodeName=n1")).items()).hasSize(2);
    });
  }

  @Test
  void aStaleUpdateSaysWhichVersionWon() {
    withServer((sim, server, api) -> {
      Resource<ConfigMap> maps = api.configMaps().namespace("default");
      ConfigMap old = maps.create(Objects.configMap("m", "a", "1"));
      ConfigMap current = maps.update(old.toBuilder().putData("a", "2").build());
      ApiException.Conflict conflict =
          catchThrowableOfType(ApiException.Conflict.class, () -> maps.update(old));
      assertThat(conflict.currentVersion()).isEqualTo(current.getMetadata().getResourceVersion());
    });
  }

  @Test
  void errorsAreClassified() {
    withServer((sim, server, api) -> {
      Resource<ConfigMap> maps = api.configMaps().namespace("default");
      assertThatThrownBy(() -> maps.get("none"))
          .isInstanceOf(ApiException.NotFound.class)
          .hasMessage("configmaps \"none\" not found");
      maps.create(Objects.configMap("m", "a", "1"));
      assertThatThrownBy(() -> maps.create(Objects.configMap("m", "a", "1")))
          .isInstanceOf(ApiException.AlreadyExists.class);
      assertThatThrownBy(() ->
              maps.delete(
                  "m",
                  DeleteOptions.newBuilder()
                      .setPreconditions(Preconditions.newBuilder().setUid("other"))
                      .build()))
          .isInstanceOf(ApiException.Conflict.class);
      assertThatThrownBy(() -> maps.patch("m", "{\"data\":{\"a\":[]}}"))
          .isInstanceOfSatisfying(
              ApiException.Invalid.class, e -> assertThat(e.violations()).isNotEmpty());
    });
  }

  @Test
  void everyCallCarriesTokenAndVersion() {
    withServer((sim, server, api) -> {
      api.configMaps().list();
      assertThat(server.headers())
          .allSatisfy(headers -> {
            assertThat(headers.get(Credentials.AUTHORIZATION)).isEqualTo("Bearer secret");
            assertThat(headers.get(Credentials.VERSION)).isEqualTo(ConnectionOptions.VERSION);
          })
          .isNotEmpty();
    });
  }

  @Test
  void aReadIsRepeatedWhileTheServerIsUnavailable() {
    withServer((sim, server, api) -> {
      server.plan("ConfigMaps/List", Fault.REFUSE);
      server.plan("ConfigMaps/List", Fault.REFUSE);
      assertThat(api.configMaps().list().items()).isEmpty();
      assertThat(server.calls()).hasSize(3);
      server.plan("ConfigMaps/List", Fault.REFUSE);
      assertThatThrownBy(() -> api.retryingFor(Duration.ZERO).configMaps().list())
          .isInstanceOf(ApiException.Unavailable.class);
    });
  }

  @Test
  void aWriteThatMayHaveHappenedIsNotRepeated() {
    withServer((sim, server, api) -> {
      server.plan("ConfigMaps/Create", Fault.LOSE_REPLY);
      Resource<ConfigMap> maps = api.configMaps().namespace("default");
      assertThatThrownBy(() -> maps.create(Objects.configMap("m", "a", "1")))
          .isInstanceOfSatisfying(
              ApiException.UnknownOutcome.class, e -> assertThat(e.mayHaveHappened()).isTrue());
      assertThat(server.calls()).containsExactly("ConfigMaps/Create");
    });
  }

  @Test
  void aWriteThatWasNeverSentIsRepeatedUntilTheServerIsBack() {
    withServer((sim, server, api) -> {
      server.stop();
      sim.seam()
          .threads()
          .start(
              "restarter",
              () -> {
                try {
                  sim.seam().clock().sleep(Duration.ofSeconds(3));
                  server.restart();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      api.configMaps().create(Objects.configMap("m", "a", "1"));
      assertThat(sim.elapsed()).isBetween(Duration.ofSeconds(3), Duration.ofSeconds(9));
      server.stop();
      assertThatThrownBy(() -> api.configMaps().create(Objects.configMap("n", "a", "1")))
          .isInstanceOf(ApiException.Unavailable.class);
    });
  }

  @Test
  void aDeleteByUidIsRepeatedAfterALostReply() {
    withServer((sim, server, api) -> {
      Resource<ConfigMap> maps = api.configMaps().namespace("default");
      ConfigMap made = maps.create(Objects.configMap("m", "a", "1"));
      server.plan("ConfigMaps/Delete", Fault.LOSE_REPLY);
      Preconditions uid = Preconditions.newBuilder().setUid(made.getMetadata().getUid()).build();
      assertThatThrownBy(
              () -> maps.delete("m", DeleteOptions.newBuilder().setPreconditions(uid).build()))
          .as("gone by this very call")
          .isInstanceOf(ApiException.NotFound.class);
    });
  }

  @Test
  void aBatchAnswersForEachWrite() {
    withServer((sim, server, api) -> {
      List<Batch.Result> results =
          api.batch()
              .create(ObjectType.CONFIG_MAP, Objects.configMap("a", "k", "1"))
              .create(ObjectType.CONFIG_MAP, Objects.configMap("a", "k", "2"))
              .create(ObjectType.POD, Objects.pod("p", "web", ""))
              .returningObjects()
              .send();
      assertThat(results).extracting(Batch.Result::ok).containsExactly(true, false, true);
      assertThat(results.get(1).error()).containsInstanceOf(ApiException.AlreadyExists.class);
      assertThat(results.get(2).object(ObjectType.POD).getMetadata().getUid()).isNotEmpty();
    });
  }

  @Test
  void aListenerHearsOfEveryWrite() {
    withServer((sim, server, api) -> {
      List<String> heard = new ArrayList<>();
      Api told =
          api.tellingOf(
              new WriteListener() {
                @Override
                public void wrote(String version) {
                  heard.add(version);
                }

                @Override
                public void unknown() {
                  heard.add("unknown");
                }
              });
      ConfigMap made = told.configMaps().create(Objects.configMap("m", "a", "1"));
      server.plan("Resources/Write", Fault.LOSE_REPLY);
      told.batch().create(ObjectType.POD, Objects.pod("p", "web", "")).send();
      assertThat(heard).containsExactly(made.getMetadata().getResourceVersion(), "unknown");
    });
  }

  @Test
  void whatABatchIsNotAnsweredAboutMayHaveHappened() {
    withServer((sim, server, api) -> {
      List<String> heard = new ArrayList<>();
      server.plan("Resources/Write", Fault.FORGET_LAST);
      List<Batch.Result> results =
          api.tellingOf(
                  new WriteListener() {
                    @Override
                    public void wrote(String version) {
                      heard.add("wrote");
                    }

                    @Override
                    public void unknown() {
                      heard.add("unknown");
                    }
                  })
              .batch()
              .create(ObjectType.POD, Objects.pod("p", "web", ""))
              .create(ObjectType.POD, Objects.pod("q", "web", ""))
              .send();
      assertThat(results).extracting(Batch.Result::ok).containsExactly(true, false);
      assertThat(results.get(1).error()).containsInstanceOf(ApiException.UnknownOutcome.class);
      assertThat(heard).containsExactly("wrote", "unknown");
    });
  }

  @Test
  void anInterruptCancelsACall() {
    withServer((sim, server, api) -> {
      List<String> ended = new ArrayList<>();
      server.stop();
      Thread caller =
          sim.seam()
              .threads()
              .start(
                  "caller",
                  () -> {
                    try {
                      api.retryingFor(Duration.ofHours(1)).configMaps().list();
                    } catch (InterruptedException e) {
                      ended.add("interrupted");
                    }
                  });
      sim.seam().clock().sleep(Duration.ofSeconds(20));
      caller.interrupt();
      caller.join();
      assertThat(ended).containsExactly("interrupted");
    });
  }

  @Test
  void aWatchShowsWhatIsThereAndWhatComes() {
    withServer((sim, server, api) -> {
      Resource<Pod> pods = api.pods().namespace("default");
      pods.create(Objects.pod("a", "web", ""));
      try (Watch<Pod> watch = pods.watch(ListOptions.labels("app=web"), "")) {
        Watch.Frame<Pod> initial = requireNonNull(watch.next());
        assertThat(initial.initial()).isTrue();
        assertThat(initial.events()).hasSize(1);
        pods.patch("a", "{\"metadata\":{\"labels\":{\"app\":\"db\"}}}");
        Watch.Frame<Pod> left = requireNonNull(watch.next());
        assertThat(left.events().getFirst().type()).isEqualTo(Watch.Type.DELETED);
      }
    });
  }
}
