package dev.capstan.controller.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.controller.model.ModelCluster;
import dev.capstan.controller.model.Things;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NamespaceTest {

  private static final ObjectKey KEY = new ObjectKey("", "default");

  private final ModelCluster cluster = new ModelCluster();
  private final NamespaceApply apply = new NamespaceApply(cluster, KindRegistry.builtin());

  @BeforeEach
  void aNamespaceWithAPodAndAConfigMap() {
    Namespace.Builder namespace =
        Namespace.newBuilder().setMetadata(ObjectMeta.newBuilder().setName("default"));
    namespace.getSpecBuilder().addFinalizers("kubernetes");
    cluster.put(ObjectType.NAMESPACE, namespace.build());
    cluster.put(ObjectType.POD, Things.pod(Things.replicaSet("web", 1), "web-1"));
    cluster.put(
        ObjectType.CONFIG_MAP,
        ConfigMap.newBuilder()
            .setMetadata(ObjectMeta.newBuilder().setNamespace("default").setName("settings"))
            .build());
  }

  private List<NamespaceAction> visit() throws InterruptedException {
    Namespace namespace = cluster.get(ObjectType.NAMESPACE, KEY).orElseThrow();
    List<NamespaceAction> actions = NamespaceDecision.decide(apply.read(namespace), cluster.now());
    apply.apply(namespace, actions);
    return actions;
  }

  private void delete() {
    cluster.delete(ObjectType.NAMESPACE, KEY, DeleteOptions.getDefaultInstance());
  }

  private boolean exists() {
    return cluster.get(ObjectType.NAMESPACE, KEY).isPresent();
  }

  private List<String> conditions() {
    return cluster
        .get(ObjectType.NAMESPACE, KEY)
        .orElseThrow()
        .getStatus()
        .getConditionsList()
        .stream()
        .map(NamespaceTest::print)
        .toList();
  }

  private static String print(Condition condition) {
    return condition.getType()
        + "="
        + condition.getStatus()
        + " "
        + condition.getReason()
        + ": "
        + condition.getMessage();
  }

  @Test
  void aNamespaceThatIsNotBeingDeletedIsLeftAlone() throws InterruptedException {
    assertThat(visit()).isEmpty();
    assertThat(cluster.writes()).isZero();
  }

  @Test
  void allContentIsDeletedAndTheNamespaceWaitsForWhatTakesItsTime() throws InterruptedException {
    delete();
    visit();
    visit();
    assertThat(cluster.state().all(ObjectType.CONFIG_MAP)).isEmpty();
    Pod pod = cluster.state().all(ObjectType.POD).getFirst();
    assertThat(pod.getMetadata().hasDeletionTimestamp()).isTrue();
    assertThat(conditions())
        .containsExactly(
            "NamespaceContentRemaining=True SomeResourcesRemain: Some resources are remaining:"
                + " pods has 1 resource instances",
            "NamespaceFinalizersRemaining=False ContentHasNoFinalizers: All content-preserving"
                + " finalizers finished");
    assertThat(exists()).isTrue();
    cluster.remove(ObjectType.POD, ObjectType.POD.key(pod));
    visit();
    assertThat(exists()).isFalse();
  }

  @Test
  void finalizersThatHoldContentAreNamed() throws InterruptedException {
    Pod.Builder held = cluster.state().all(ObjectType.POD).getFirst().toBuilder();
    held.getMetadataBuilder().addFinalizers("example.com/hold");
    cluster.put(ObjectType.POD, held.build());
    delete();
    visit();
    assertThat(conditions().getLast())
        .isEqualTo(
            "NamespaceFinalizersRemaining=True SomeFinalizersRemain: Some content in the namespace"
                + " has finalizers remaining: example.com/hold in 1 resource instances");
  }

  @Test
  void whatIsGoingAlreadyIsNotDeletedAgain() throws InterruptedException {
    delete();
    visit();
    assertThat(visit()).noneMatch(NamespaceAction.DeleteContent.class::isInstance);
  }

  @Test
  void otherNamespacesKeepTheirContent() throws InterruptedException {
    cluster.put(
        ObjectType.CONFIG_MAP,
        ConfigMap.newBuilder()
            .setMetadata(
                ObjectMeta.newBuilder()
                    .setNamespace("other")
                    .setName("settings")
                    .setCreationTimestamp(ApiTimes.of(cluster.now())))
            .build());
    delete();
    visit();
    assertThat(cluster.state().all(ObjectType.CONFIG_MAP))
        .extracting(each -> each.getMetadata().getNamespace())
        .containsExactly("other");
  }
}
