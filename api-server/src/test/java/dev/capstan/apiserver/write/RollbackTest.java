package dev.capstan.apiserver.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.RollbackRequest;
import dev.capstan.api.v1.WriteDeploymentRequest;
import dev.capstan.api.v1.WriteReplicaSetRequest;
import dev.capstan.apiserver.Api;
import io.grpc.Status.Code;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RollbackTest {

  private Api api;

  @BeforeEach
  void start() throws Exception {
    api = Api.start();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static PodTemplateSpec template(String image) {
    PodTemplateSpec.Builder template = PodTemplateSpec.newBuilder();
    template.getMetadataBuilder().putLabels("app", "web");
    template.getSpecBuilder().addContainers(Api.container().toBuilder().setImage(image));
    return template.build();
  }

  private Deployment create(String image) {
    Deployment.Builder deployment = Deployment.newBuilder();
    deployment.getMetadataBuilder().setName("web").setNamespace("default");
    deployment.getSpecBuilder().setTemplate(template(image));
    deployment.getSpecBuilder().getSelectorBuilder().putMatchLabels("app", "web");
    return api.deployments()
        .create(WriteDeploymentRequest.newBuilder().setObject(deployment).build());
  }

  private void kept(Deployment owner, int revision, String image, String cause) {
    ReplicaSet.Builder replicaSet = ReplicaSet.newBuilder();
    ObjectMeta.Builder metadata = replicaSet.getMetadataBuilder();
    metadata.setName("web-" + revision).setNamespace("default");
    metadata.putAnnotations(WellKnown.ANNOTATION_REVISION, Integer.toString(revision));
    metadata.putAnnotations(WellKnown.ANNOTATION_CHANGE_CAUSE, cause);
    metadata
        .addOwnerReferencesBuilder()
        .setApiVersion("apps/v1")
        .setKind("Deployment")
        .setName("web")
        .setUid(owner.getMetadata().getUid());
    PodTemplateSpec.Builder template = template(image).toBuilder();
    template.getMetadataBuilder().putLabels(WellKnown.LABEL_POD_TEMPLATE_HASH, "h" + revision);
    replicaSet.getSpecBuilder().setTemplate(template);
    replicaSet
        .getSpecBuilder()
        .getSelectorBuilder()
        .putMatchLabels(WellKnown.LABEL_POD_TEMPLATE_HASH, "h" + revision);
    api.replicaSets().create(WriteReplicaSetRequest.newBuilder().setObject(replicaSet).build());
  }

  private Deployment rollback(long revision) {
    return api.deployments()
        .rollback(
            RollbackRequest.newBuilder()
                .setNamespace("default")
                .setName("web")
                .setToRevision(revision)
                .build());
  }

  private Deployment threeRevisions() {
    Deployment deployment = create("hello:3");
    kept(deployment, 1, "hello:1", "first");
    kept(deployment, 2, "hello:2", "second");
    kept(deployment, 3, "hello:3", "third");
    return deployment;
  }

  private static String image(Deployment deployment) {
    return deployment.getSpec().getTemplate().getSpec().getContainers(0).getImage();
  }

  @Test
  void zeroMeansTheOneBefore() {
    Deployment before = threeRevisions();
    Deployment after = rollback(0);
    assertThat(image(after)).isEqualTo("hello:2");
    assertThat(after.getMetadata().getGeneration())
        .isEqualTo(before.getMetadata().getGeneration() + 1);
    assertThat(after.getSpec().getTemplate().getMetadata().getLabelsMap())
        .doesNotContainKey(WellKnown.LABEL_POD_TEMPLATE_HASH);
    assertThat(after.getMetadata().getAnnotationsMap())
        .containsEntry(WellKnown.ANNOTATION_CHANGE_CAUSE, "second");
  }

  @Test
  void aGivenRevisionComesBack() {
    threeRevisions();
    assertThat(image(rollback(1))).isEqualTo("hello:1");
  }

  @Test
  void theCurrentTemplateIsNoRollback() {
    threeRevisions();
    assertThat(Api.code(() -> rollback(3))).isEqualTo(Code.ALREADY_EXISTS);
  }

  @Test
  void aRevisionThatIsNotKeptIsNotFound() {
    threeRevisions();
    assertThat(Api.code(() -> rollback(9))).isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void withoutHistoryThereIsNothingToReturnTo() {
    Deployment deployment = create("hello:1");
    kept(deployment, 1, "hello:1", "only");
    assertThat(Api.code(() -> rollback(0))).isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void aPausedDeploymentIsNotRolledBack() {
    Deployment.Builder paused = threeRevisions().toBuilder();
    paused.getSpecBuilder().setPaused(true);
    api.deployments().update(WriteDeploymentRequest.newBuilder().setObject(paused).build());
    assertThat(Api.code(() -> rollback(0))).isEqualTo(Code.FAILED_PRECONDITION);
  }
}
