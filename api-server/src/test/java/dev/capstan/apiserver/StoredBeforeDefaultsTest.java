package dev.capstan.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.IntOrStrings;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.Violation;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.ContainerPort;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.Probe;
import dev.capstan.api.v1.TCPSocketAction;
import dev.capstan.api.v1.WriteDeploymentRequest;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.WriteId;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * Objects that were stored before there were defaults: what a release with one default more finds
 * in the store of the release before.
 */
class StoredBeforeDefaultsTest {

  private static final KindRegistry KINDS = KindRegistry.builtin();

  private static Container container() {
    TCPSocketAction socket = TCPSocketAction.newBuilder().setPort(IntOrStrings.of(8080)).build();
    return Container.newBuilder()
        .setName("web")
        .setImage("localhost/capstan/hello:1")
        .addPorts(ContainerPort.newBuilder().setContainerPort(8080))
        .setReadinessProbe(Probe.newBuilder().setTcpSocket(socket))
        .build();
  }

  private static ObjectMeta metadata() {
    return ObjectMeta.newBuilder()
        .setNamespace("default")
        .setName("old")
        .setUid("uid-old")
        .setGeneration(1)
        .putLabels("app", "web")
        .build();
  }

  private static Pod pod() {
    Pod.Builder pod = Pod.newBuilder().setMetadata(metadata());
    pod.getSpecBuilder().setNodeName("node-1").addContainers(container());
    pod.getStatusBuilder().setPhase("Running").setQosClass("BestEffort");
    return pod.build();
  }

  private static Deployment deployment() {
    Deployment.Builder deployment = Deployment.newBuilder().setMetadata(metadata());
    deployment
        .getSpecBuilder()
        .setReplicas(1)
        .setTemplate(
            PodTemplateSpec.newBuilder()
                .setMetadata(ObjectMeta.newBuilder().putLabels("app", "web"))
                .setSpec(pod().getSpec().toBuilder().clearNodeName()));
    deployment.getSpecBuilder().getSelectorBuilder().putMatchLabels("app", "web");
    return deployment.build();
  }

  private static KvStore storeWith(Message... objects) {
    KvStore store = new MemoryKvStore(Seam.system());
    for (Message object : objects) {
      String key = key(object);
      byte[] value = ValueCodec.plain().encode(key, object.toByteArray(), new WriteId(1, 2), 0);
      Txn put = new Txn(List.of(), List.of(new Txn.Op.Put(key, value)));
      assertThat(store.commit(new Group(List.of(put))).revision()).isPositive();
    }
    return store;
  }

  private static String key(Message object) {
    Kind kind = KINDS.require(object.getDescriptorForType().getName());
    ObjectMeta metadata = kind.metadata(object);
    return StoreKeys.of(kind, metadata.getNamespace(), metadata.getName());
  }

  private static byte[] stored(Api api, Message object) {
    return Objects.requireNonNull(api.store.get(key(object)).entry()).value();
  }

  @Test
  void theyAreReadWithTheDefaultsOfTodayWithoutAWrite() throws Exception {
    try (Api api = Api.over(storeWith(pod(), deployment()))) {
      byte[] before = stored(api, pod());

      Pod read = api.pod(pod());
      assertThat(read.getSpec().getTerminationGracePeriodSeconds()).isEqualTo(30);
      assertThat(read.getSpec().getRestartPolicy()).isEqualTo("Always");
      assertThat(read.getSpec().getContainers(0).getPorts(0).getProtocol()).isEqualTo("TCP");
      assertThat(read.getSpec().getContainers(0).getReadinessProbe().getPeriodSeconds())
          .isEqualTo(10);
      assertThat(read.getMetadata().getResourceVersion()).isNotEmpty();
      assertThat(api.pods().list(ListRequest.getDefaultInstance()).getItemsList())
          .containsExactly(read);
      Deployment web = api.deployments().get(Api.get("default", "old"));
      assertThat(web.getSpec().getProgressDeadlineSeconds()).isEqualTo(600);
      assertThat(web.getSpec().getStrategy().getType()).isEqualTo("RollingUpdate");
      assertThat(web.getSpec().getTemplate().getSpec().getContainers(0).getImagePullPolicy())
          .isEqualTo("IfNotPresent");

      assertThat(stored(api, pod())).isEqualTo(before);
    }
  }

  @Test
  void theyTakeLabelsFinalizersAndStatusAsEver() throws Exception {
    try (Api api = Api.over(storeWith(pod()))) {
      Pod read = api.pod(pod());
      Pod.Builder labelled = read.toBuilder();
      labelled.getMetadataBuilder().putLabels("tier", "front").addFinalizers("example.com/hold");
      Pod updated = api.update(labelled.build());
      assertThat(updated.getMetadata().getLabelsMap()).containsEntry("tier", "front");
      assertThat(updated.getMetadata().getFinalizersList()).containsExactly("example.com/hold");
      assertThat(updated.getMetadata().getGeneration()).isEqualTo(1);

      Pod.Builder failed = updated.toBuilder();
      failed.getStatusBuilder().setPhase("Failed");
      assertThat(api.updateStatus(failed.build()).getStatus().getPhase()).isEqualTo("Failed");
    }
  }

  /** A deployment with what a later release has a rule against. */
  private static Deployment ruledOut() {
    Deployment.Builder deployment = deployment().toBuilder();
    deployment.getMetadataBuilder().addFinalizers(WellKnown.FINALIZER_FOREGROUND);
    deployment
        .getSpecBuilder()
        .getTemplateBuilder()
        .getSpecBuilder()
        .getContainersBuilder(0)
        .getReadinessProbeBuilder()
        .getTcpSocketBuilder()
        .setHost("10.0.0.1");
    return deployment.build();
  }

  private static PatchRequest patch(String merge) {
    return PatchRequest.newBuilder()
        .setNamespace("default")
        .setName("old")
        .setMergePatch(merge)
        .build();
  }

  @Test
  void aNewRuleDoesNotHoldUpOtherChanges() throws Exception {
    try (Api api = Api.over(storeWith(ruledOut()))) {
      Deployment scaled = api.deployments().patch(patch("{\"spec\":{\"replicas\":3}}"));
      assertThat(scaled.getSpec().getReplicas()).isEqualTo(3);
      Deployment freed =
          api.deployments()
              .patch(patch("{\"metadata\":{\"labels\":{\"tier\":\"front\"},\"finalizers\":[]}}"));
      assertThat(freed.getMetadata().getFinalizersList()).isEmpty();
      assertThat(freed.getMetadata().getLabelsMap()).containsEntry("tier", "front");
    }
  }

  @Test
  void whatIsNewlyWrongIsRefusedAndNothingElseIsSaid() throws Exception {
    try (Api api = Api.over(storeWith(ruledOut()))) {
      StatusRuntimeException refusal =
          Api.error(() -> api.deployments().patch(patch("{\"spec\":{\"replicas\":-1}}")));
      assertThat(ApiErrors.violations(refusal))
          .extracting(Violation::path)
          .containsExactly("spec.replicas");
      Deployment.Builder worse = ruledOut().toBuilder();
      worse
          .getSpecBuilder()
          .getTemplateBuilder()
          .getSpecBuilder()
          .getContainersBuilder(0)
          .getReadinessProbeBuilder()
          .getTcpSocketBuilder()
          .setHost("10.0.0.2");
      StatusRuntimeException other =
          Api.error(() ->
              api.deployments()
                  .update(WriteDeploymentRequest.newBuilder().setObject(worse).build()));
      assertThat(ApiErrors.violations(other))
          .extracting(Violation::path)
          .containsExactly("spec.template.spec.containers[0].readinessProbe.tcpSocket.host");
    }
  }

  @Test
  void aPatchOfALabelLeavesTheSpecAlone() throws Exception {
    try (Api api = Api.over(storeWith(pod(), deployment()))) {
      PatchRequest label =
          PatchRequest.newBuilder()
              .setNamespace("default")
              .setName("old")
              .setMergePatch("{\"metadata\":{\"labels\":{\"tier\":\"front\"}}}")
              .build();
      assertThat(api.pods().patch(label).getMetadata().getGeneration()).isEqualTo(1);
      assertThat(api.deployments().patch(label).getMetadata().getGeneration()).isEqualTo(1);
    }
  }

  @Test
  void aDefaultMakesRoomForWhatAPatchSets() throws Exception {
    try (Api api = Api.over(storeWith(deployment()))) {
      PatchRequest.Builder patch = PatchRequest.newBuilder().setNamespace("default").setName("old");
      Deployment recreated =
          api.deployments()
              .patch(
                  patch.setMergePatch("{\"spec\":{\"strategy\":{\"type\":\"Recreate\"}}}").build());
      assertThat(recreated.getSpec().getStrategy().getType()).isEqualTo("Recreate");
      assertThat(recreated.getSpec().getStrategy().hasRollingUpdate()).isFalse();

      PatchRequest both =
          patch
              .setMergePatch("{\"spec\":{\"strategy\":{\"rollingUpdate\":{\"maxSurge\":1}}}}")
              .build();
      assertThat(Api.code(() -> api.deployments().patch(both))).isEqualTo(Code.INVALID_ARGUMENT);
    }
  }

  /** A client that read the object of the release before and writes it back. */
  @Test
  void theyAreWrittenBackAsTheyWere() throws Exception {
    try (Api api = Api.over(storeWith(pod(), deployment()))) {
      Pod same = api.update(pod());
      assertThat(same.getMetadata().getResourceVersion())
          .isEqualTo(api.pod(pod()).getMetadata().getResourceVersion());
      Deployment web =
          api.deployments()
              .update(WriteDeploymentRequest.newBuilder().setObject(deployment()).build());
      assertThat(web.getMetadata().getGeneration()).isEqualTo(1);
    }
  }
}
