package dev.capstan.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.Conditions;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.client.Api;
import dev.capstan.client.Connection;
import dev.capstan.client.testing.FakeApiServer;
import dev.capstan.client.testing.Objects;
import dev.capstan.controller.model.Things;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever the server refuses for ever, each object of each controller asks for it less and less,
 * and what can say why says it.
 */
class RefusalTest {

  /** Pauses from 50 ms to a minute, each at least half of what it may be, take that many tries. */
  private static final long MOST = 60;

  private static final Duration LONG = Duration.ofMinutes(10);

  /** What else is written meanwhile: by the user, and to say that something is refused. */
  private static final long OTHERS = 20;

  interface Body {
    void run(Simulation sim, FakeApiServer server, Api api) throws Exception;
  }

  /** What users do, and what is refused from then on. */
  record Case(String refused, Body deed) {
    @Override
    public String toString() {
      return refused;
    }
  }

  private static void with(Body body) {
    Simulation.run(
        1,
        sim -> {
          try (FakeApiServer server = new FakeApiServer("refusals", sim.process("server").seam());
              Connection connection = server.connect(sim.process("user").seam());
              Connection own = server.connect(sim.process("controllers").seam());
              ControllerManager manager =
                  new ControllerManager(
                      own, ControllerOptions.of("one"), new PrometheusRegistry())) {
            Api api = Api.of(connection);
            manager.start();
            body.run(sim, server, api);
          }
        });
  }

  private static void pause(Simulation sim) throws InterruptedException {
    sim.seam().clock().sleep(Duration.ofSeconds(10));
  }

  private static ObjectMeta.Builder anew(ObjectMeta meta) {
    return meta.toBuilder().clearUid().clearResourceVersion();
  }

  private static void deploy(Api api) throws InterruptedException {
    Deployment deployment = Things.deployment(1, 1, 0);
    api.deployments()
        .create(deployment.toBuilder().setMetadata(anew(deployment.getMetadata())).build());
  }

  private static Deployment web(Api api) throws InterruptedException {
    return api.deployments().namespace("default").get("web");
  }

  private static ReplicaSet set(Api api) throws InterruptedException {
    return api.replicaSets().list().items().getFirst();
  }

  private static void scale(Api api, int size) throws InterruptedException {
    api.deployments().namespace("default").patch("web", "{\"spec\":{\"replicas\":" + size + "}}");
  }

  private static void emptiedNamespace(Api api) throws InterruptedException {
    Namespace.Builder namespace = Namespace.newBuilder();
    namespace.getMetadataBuilder().setName("default").addFinalizers("test/hold");
    namespace.getSpecBuilder().addFinalizers("kubernetes");
    api.namespaces().create(namespace.build());
    api.configMaps().create(Objects.configMap("one", "a", "b"));
    api.namespaces().delete("default");
  }

  /** Its content stays for as long as somebody holds it. */
  private static void heldNamespace(Api api) throws InterruptedException {
    ConfigMap.Builder held = Objects.configMap("held", "a", "b").toBuilder();
    held.getMetadataBuilder().addFinalizers("test/hold");
    api.configMaps().create(held.build());
    emptiedNamespace(api);
  }

  private static void orphan(Api api) throws InterruptedException {
    ConfigMap.Builder map = Objects.configMap("one", "a", "b").toBuilder();
    map.getMetadataBuilder()
        .addOwnerReferencesBuilder()
        .setApiVersion("v1")
        .setKind("ConfigMap")
        .setName("nobody")
        .setUid("gone");
    api.configMaps().create(map.build());
  }

  private static void silentNode(Api api) throws InterruptedException {
    api.nodes()
        .create(Node.newBuilder().setMetadata(ObjectMeta.newBuilder().setName("node-1")).build());
  }

  private static void podThatMustGo(Api api) throws InterruptedException {
    Node.Builder node = Node.newBuilder();
    node.getMetadataBuilder().setName("node-1");
    node.getSpecBuilder().addTaintsBuilder().setKey("away").setEffect("NoExecute");
    api.nodes().create(node.build());
    api.pods().create(Objects.pod("web", "web", "node-1"));
  }

  static List<Case> refused() {
    return List.of(
        new Case("ReplicaSet/Create", (sim, server, api) -> deploy(api)),
        new Case("ReplicaSet/UpdateStatus", (sim, server, api) -> deploy(api)),
        new Case("Deployment/UpdateStatus", (sim, server, api) -> deploy(api)),
        new Case("Deployment/Patch", (sim, server, api) -> deploy(api)),
        new Case("Pod/Create", (sim, server, api) -> deploy(api)),
        new Case(
            "ReplicaSet/Patch",
            (sim, server, api) -> {
              deploy(api);
              pause(sim);
              scale(api, 2);
            }),
        new Case(
            "Pod/Delete",
            (sim, server, api) -> {
              deploy(api);
              pause(sim);
              scale(api, 0);
            }),
        new Case("Namespace/Update", (sim, server, api) -> emptiedNamespace(api)),
        new Case("Namespace/UpdateStatus", (sim, server, api) -> heldNamespace(api)),
        new Case("ConfigMap/List", (sim, server, api) -> heldNamespace(api)),
        new Case("ConfigMap/Delete", (sim, server, api) -> orphan(api)),
        new Case("ConfigMap/Delete", (sim, server, api) -> emptiedNamespace(api)),
        new Case("ConfigMap/Get", (sim, server, api) -> orphan(api)),
        new Case("Node/UpdateStatus", (sim, server, api) -> silentNode(api)),
        new Case("Node/Patch", (sim, server, api) -> silentNode(api)),
        new Case("Pod/Delete", (sim, server, api) -> podThatMustGo(api)));
  }

  static Stream<Case> everyRefusal() {
    return refused().stream();
  }

  @ParameterizedTest
  @MethodSource("everyRefusal")
  void whatIsRefusedForEverIsAskedForLessAndLess(Case refusal) {
    for (Status answer : List.of(Status.INVALID_ARGUMENT, Status.DATA_LOSS, Status.INTERNAL)) {
      with((sim, server, api) -> {
        pause(sim);
        server.refuse(refusal.refused(), answer.withDescription("so it is"));
        refusal.deed().run(sim, server, api);
        long before = server.writes();
        sim.seam().clock().sleep(LONG);
        assertThat(server.refused()).as("%s: %s", refusal, answer).isBetween(3L, MOST);
        assertThat(server.writes() - before)
            .as("all writes with %s: %s", refusal, answer)
            .isLessThan(MOST + OTHERS);
      });
    }
  }

  private static void changed(Api api, UnaryOperator<Deployment.Builder> change)
      throws InterruptedException {
    Deployment.Builder web = web(api).toBuilder();
    api.deployments().namespace("default").update(change.apply(web).build());
  }

  /** Its pods are ready: the rollout is complete. */
  private static void run(Api api) throws InterruptedException {
    for (Pod pod : api.pods().list().items()) {
      Pod.Builder running = pod.toBuilder();
      running
          .getStatusBuilder()
          .setPhase("Running")
          .addConditionsBuilder()
          .setType("Ready")
          .setStatus("True");
      api.pods().namespace("default").updateStatus(running.build());
    }
  }

  /** What the user does to a Deployment whose upkeep is refused. */
  static Stream<Arguments> upkeep() {
    UnaryOperator<Deployment.Builder> complete = deployment -> deployment;
    UnaryOperator<Deployment.Builder> paused =
        deployment -> {
          deployment.getSpecBuilder().setPaused(true);
          return deployment;
        };
    UnaryOperator<Deployment.Builder> noDeadline =
        deployment -> {
          deployment.getSpecBuilder().setProgressDeadlineSeconds(Integer.MAX_VALUE);
          return deployment;
        };
    return Stream.of("Deployment/Patch", "ReplicaSet/Patch")
        .flatMap(refused ->
            Stream.of(
                Arguments.of(refused, Named.of("complete", complete)),
                Arguments.of(refused, Named.of("paused", paused)),
                Arguments.of(refused, Named.of("no deadline", noDeadline))));
  }

  /**
   * What is said of a refusal, and taken back because nothing is rolled out, must not take turns.
   */
  @ParameterizedTest
  @MethodSource("upkeep")
  void upkeepThatIsRefusedIsNotTriedAgainByWhatIsSaidOfIt(
      String refused, UnaryOperator<Deployment.Builder> state) {
    with((sim, server, api) -> {
      deploy(api);
      pause(sim);
      run(api);
      changed(api, state);
      pause(sim);
      server.refuse(refused, Status.INVALID_ARGUMENT.withDescription("so it is"));
      changed(
          api,
          deployment -> {
            deployment
                .getMetadataBuilder()
                .putAnnotations("deployment.kubernetes.io/revision", "7")
                .putAnnotations("note", "new");
            return deployment;
          });
      long before = server.writes();
      sim.seam().clock().sleep(LONG);
      assertThat(server.refused()).isBetween(3L, MOST);
      assertThat(server.writes() - before).isLessThan(MOST + OTHERS);
    });
  }

  private static void deployWithDeadline(Api api, int seconds) throws InterruptedException {
    Deployment.Builder deployment = Things.deployment(1, 1, 0).toBuilder();
    deployment.setMetadata(anew(deployment.getMetadata()));
    deployment.getSpecBuilder().setProgressDeadlineSeconds(seconds);
    api.deployments().create(deployment.build());
  }

  private static void refuseRevision(FakeApiServer server, Api api) throws InterruptedException {
    server.refuse("Deployment/Patch", Status.INVALID_ARGUMENT.withDescription("too long"));
    changed(
        api,
        deployment -> {
          deployment.getMetadataBuilder().putAnnotations("deployment.kubernetes.io/revision", "7");
          return deployment;
        });
  }

  /** Its pods never come up, so the condition says that it is late; nothing may take turns. */
  @Test
  void aRolloutThatIsLateSaysSoThoughItsRevisionIsRefused() {
    with((sim, server, api) -> {
      deployWithDeadline(api, 2);
      pause(sim);
      refuseRevision(server, api);
      long before = server.writes();
      sim.seam().clock().sleep(LONG);
      assertThat(server.refused()).isBetween(3L, MOST);
      assertThat(server.writes() - before).isLessThan(MOST + OTHERS);
      Condition progressing = condition(web(api).getStatus().getConditionsList(), "Progressing");
      assertThat(progressing.getReason()).isEqualTo("ProgressDeadlineExceeded");
    });
  }

  /** Two refusals have one place without a deadline; they must not take turns there. */
  @Test
  void whatItsReplicaSetIsRefusedStaysThoughItsRevisionIsRefusedToo() {
    with((sim, server, api) -> {
      server.refuse("Pod/Create", Status.RESOURCE_EXHAUSTED.withDescription("quota"));
      deployWithDeadline(api, Integer.MAX_VALUE);
      pause(sim);
      refuseRevision(server, api);
      long before = server.writes();
      sim.seam().clock().sleep(LONG);
      assertThat(server.refused()).isBetween(6L, 2 * MOST);
      assertThat(server.writes() - before).isLessThan(2 * MOST + OTHERS);
      Condition failure = condition(web(api).getStatus().getConditionsList(), "ReplicaFailure");
      assertThat(failure.getReason()).isEqualTo("FailedCreate");
    });
  }

  @Test
  void withoutADeadlineARefusalIsSaidOnceAndStays() {
    with((sim, server, api) -> {
      server.refuse("ReplicaSet/Create", Status.INVALID_ARGUMENT.withDescription("too long"));
      deployWithDeadline(api, Integer.MAX_VALUE);
      pause(sim);
      long before = server.writes();
      Condition failure = condition(web(api).getStatus().getConditionsList(), "ReplicaFailure");
      assertThat(failure.getReason()).isEqualTo("ReplicaSetCreateError");
      sim.seam().clock().sleep(LONG);
      assertThat(server.writes() - before).isLessThan(MOST + OTHERS);
      server.refuseNothing();
      sim.seam().clock().sleep(Duration.ofMinutes(2));
      assertThat(Conditions.find(web(api).getStatus().getConditionsList(), "ReplicaFailure"))
          .isEmpty();
    });
  }

  private static Condition condition(List<Condition> conditions, String type) {
    return Conditions.find(conditions, type).orElseThrow();
  }

  @Test
  void aReplicaSetThatCannotBeMadeIsSaidByItsDeployment() {
    with((sim, server, api) -> {
      server.refuse("ReplicaSet/Create", Status.INVALID_ARGUMENT.withDescription("too long"));
      deploy(api);
      pause(sim);
      String version = web(api).getMetadata().getResourceVersion();
      Condition progressing = condition(web(api).getStatus().getConditionsList(), "Progressing");
      assertThat(progressing.getStatus()).isEqualTo("False");
      assertThat(progressing.getReason()).isEqualTo("ReplicaSetCreateError");
      assertThat(progressing.getMessage())
          .matches("Failed to create new replica set \"web-.*\": too long");
      sim.seam().clock().sleep(LONG);
      assertThat(web(api).getMetadata().getResourceVersion())
          .as("it is said once")
          .isEqualTo(version);
      server.refuseNothing();
      sim.seam().clock().sleep(Duration.ofMinutes(2));
      assertThat(condition(web(api).getStatus().getConditionsList(), "Progressing").getStatus())
          .isEqualTo("True");
    });
  }

  @Test
  void aReplicaSetThatCannotBeScaledIsSaidByItsDeployment() {
    with((sim, server, api) -> {
      deploy(api);
      pause(sim);
      server.refuse("ReplicaSet/Patch", Status.PERMISSION_DENIED.withDescription("not you"));
      scale(api, 2);
      pause(sim);
      Condition progressing = condition(web(api).getStatus().getConditionsList(), "Progressing");
      assertThat(progressing.getReason()).isEqualTo("ReplicaSetUpdateError");
      assertThat(progressing.getMessage()).endsWith(": not you");
    });
  }

  @Test
  void podsThatCannotBeMadeAreSaidByReplicaSetAndDeployment() {
    with((sim, server, api) -> {
      server.refuse("Pod/Create", Status.RESOURCE_EXHAUSTED.withDescription("quota"));
      deploy(api);
      pause(sim);
      for (List<Condition> conditions :
          List.of(
              set(api).getStatus().getConditionsList(), web(api).getStatus().getConditionsList())) {
        Condition failure = condition(conditions, "ReplicaFailure");
        assertThat(failure.getReason()).isEqualTo("FailedCreate");
        assertThat(failure.getMessage()).isEqualTo("quota");
      }
    });
  }

  @Test
  void aNamespaceWhoseContentCannotBeReadStaysAndSaysSo() {
    with((sim, server, api) -> {
      server.refuse("ConfigMap/List", Status.DATA_LOSS.withDescription("configmaps/default/one"));
      emptiedNamespace(api);
      sim.seam().clock().sleep(LONG);
      Namespace namespace = api.namespaces().get("default");
      Condition failure =
          condition(namespace.getStatus().getConditionsList(), "NamespaceDeletionContentFailure");
      assertThat(failure.getReason()).isEqualTo("ContentDeletionFailed");
      assertThat(failure.getMessage()).contains("configmaps: configmaps/default/one");
      server.refuseNothing();
      sim.seam().clock().sleep(Duration.ofMinutes(2));
      assertThat(api.namespaces().get("default").getSpec().getFinalizersList()).isEmpty();
    });
  }

  @Test
  void podsOfANodeThatCannotBeReadStay() {
    with((sim, server, api) -> {
      silentNode(api);
      api.pods().create(Objects.pod("web", "web", "node-1"));
      pause(sim);
      server.refuse("Node/Get", Status.DATA_LOSS.withDescription("nodes/node-1"));
      api.nodes().delete("node-1");
      sim.seam().clock().sleep(LONG);
      assertThat(api.pods().list().items()).hasSize(1);
      server.refuseNothing();
      sim.seam().clock().sleep(Duration.ofMinutes(2));
      assertThat(api.pods().list().items()).isEmpty();
    });
  }

  @Test
  void whatCannotBeReadIsNotLost() {
    with((sim, server, api) -> {
      ConfigMap owner = api.configMaps().create(Objects.configMap("owner", "a", "b"));
      ConfigMap.Builder child = Objects.configMap("child", "a", "b").toBuilder();
      child
          .getMetadataBuilder()
          .addOwnerReferencesBuilder()
          .setApiVersion("v1")
          .setKind("ConfigMap")
          .setName("owner")
          .setUid(owner.getMetadata().getUid());
      api.configMaps().create(child.build());
      pause(sim);
      server.refuse("ConfigMap/Get", Status.DATA_LOSS.withDescription("configmaps/default/owner"));
      api.configMaps().namespace("default").delete("owner", DeleteOptions.getDefaultInstance());
      sim.seam().clock().sleep(LONG);
      assertThat(api.configMaps().list().items()).hasSize(1);
      server.refuseNothing();
      sim.seam().clock().sleep(Duration.ofMinutes(2));
      assertThat(api.configMaps().list().items()).isEmpty();
    });
  }
}
