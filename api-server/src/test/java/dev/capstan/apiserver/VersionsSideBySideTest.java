package dev.capstan.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.api.v1.WriteOp;
import dev.capstan.api.v1.WritePodRequest;
import dev.capstan.api.v1.WriteRequest;
import dev.capstan.apiserver.testing.Unreadable;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.WriteId;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A newer server has written fields that this one does not know. It keeps them. */
class VersionsSideBySideTest {

  private static final String KEY = "/capstan/v1/pods/default/web";

  private Api api;

  /** As stored by the newer server. */
  private Pod pod;

  private static UnknownFieldSet unknown(int number, long value) {
    UnknownFieldSet.Field field = UnknownFieldSet.Field.newBuilder().addVarint(value).build();
    return UnknownFieldSet.newBuilder().addField(number, field).build();
  }

  @BeforeEach
  void aNewerServerWrites() throws Exception {
    api = Api.start();
    api.createNode("n1");
    api.create(Api.pod("web"));
    Pod.Builder newer = stored().toBuilder();
    newer.setUnknownFields(unknown(990, 1));
    newer.getMetadataBuilder().setUnknownFields(unknown(991, 2));
    newer.getSpecBuilder().setUnknownFields(unknown(992, 3));
    newer.getSpecBuilder().getContainersBuilder(0).setUnknownFields(unknown(993, 4));
    newer.getStatusBuilder().setUnknownFields(unknown(994, 5));
    newer
        .getStatusBuilder()
        .addConditionsBuilder()
        .setType("New")
        .setUnknownFields(unknown(995, 6));
    byte[] value =
        ValueCodec.plain().encode(KEY, newer.build().toByteArray(), new WriteId(1, 2), 0);
    Unreadable.write(api.store, KEY, value);
    pod = api.pod(newer.build());
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private Pod stored() throws Exception {
    KvStore.Entry entry = Objects.requireNonNull(api.store.get(KEY).entry());
    return Pod.parseFrom(ValueCodec.plain().decode(entry).payload());
  }

  /** What a client has that went by way of JSON. */
  private static Pod known(Pod pod) {
    Pod.Builder known = pod.toBuilder();
    known.setUnknownFields(UnknownFieldSet.getDefaultInstance());
    known.getMetadataBuilder().setUnknownFields(UnknownFieldSet.getDefaultInstance());
    known.getSpecBuilder().setUnknownFields(UnknownFieldSet.getDefaultInstance());
    known
        .getSpecBuilder()
        .getContainersBuilderList()
        .forEach(c -> c.setUnknownFields(UnknownFieldSet.getDefaultInstance()));
    known.getStatusBuilder().setUnknownFields(UnknownFieldSet.getDefaultInstance());
    known
        .getStatusBuilder()
        .getConditionsBuilderList()
        .forEach(c -> c.setUnknownFields(UnknownFieldSet.getDefaultInstance()));
    return known.build();
  }

  private static void has(Message message, int number, long value) {
    assertThat(message.getUnknownFields().getField(number).getVarintList()).containsExactly(value);
  }

  private void everythingIsKept() throws Exception {
    everythingIsKept(stored());
  }

  private static void everythingIsKept(Pod now) {
    has(now, 990, 1);
    has(now.getMetadata(), 991, 2);
    has(now.getSpec(), 992, 3);
    has(now.getSpec().getContainers(0), 993, 4);
    has(now.getStatus(), 994, 5);
    assertThat(now.getStatus().getConditionsList())
        .anySatisfy(condition -> {
          assertThat(condition.getType()).isEqualTo("New");
          has(condition, 995, 6);
        });
  }

  @Test
  void whatIsReadHasThem() {
    everythingIsKept(pod);
  }

  @Test
  void anUpdateOfWhatWasRead() throws Exception {
    Pod.Builder labelled = pod.toBuilder();
    labelled.getMetadataBuilder().putLabels("a", "b");
    Pod answer = api.update(labelled.build());
    assertThat(answer.getMetadata().getLabelsMap()).containsEntry("a", "b");
    everythingIsKept(answer);
    everythingIsKept();
  }

  @Test
  void anUpdateThatWasMadeOfJson() throws Exception {
    Pod.Builder labelled = known(pod).toBuilder();
    labelled.getMetadataBuilder().putLabels("a", "b");
    // Neither is this a change of what must not change, nor a change of the spec.
    Pod answer = api.update(labelled.build());
    assertThat(answer.getMetadata().getGeneration()).isEqualTo(pod.getMetadata().getGeneration());
    everythingIsKept();
    assertThat(api.update(known(answer)).getMetadata().getResourceVersion())
        .isEqualTo(answer.getMetadata().getResourceVersion());
  }

  @Test
  void aPatch() throws Exception {
    api.pods()
        .patch(
            PatchRequest.newBuilder()
                .setNamespace("default")
                .setName("web")
                .setMergePatch("{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")
                .build());
    everythingIsKept();
    api.pods()
        .patch(
            PatchRequest.newBuilder()
                .setNamespace("default")
                .setName("web")
                .setStatus(true)
                .setMergePatch("{\"status\":{\"message\":\"hello\"}}")
                .build());
    assertThat(stored().getStatus().getMessage()).isEqualTo("hello");
    everythingIsKept();
  }

  @Test
  void aStatusThatWasMadeAnew() throws Exception {
    PodStatus.Builder status = PodStatus.newBuilder().setPhase("Running");
    status.addConditionsBuilder().setType("Other").setStatus("True");
    status.addConditionsBuilder().setType("New").setStatus("False");
    api.updateStatus(known(pod).toBuilder().setStatus(status).build());
    assertThat(stored().getStatus().getPhase()).isEqualTo("Running");
    assertThat(stored().getStatus().getConditionsCount()).isEqualTo(2);
    everythingIsKept();
  }

  @Test
  void aBindingAndADeletion() throws Exception {
    api.bind(pod, "n1");
    everythingIsKept();
    api.delete(pod, DeleteOptions.newBuilder().setGracePeriodSeconds(30).build());
    assertThat(stored().getMetadata().hasDeletionTimestamp()).isTrue();
    everythingIsKept();
  }

  @Test
  void aBatch() throws Exception {
    Pod.Builder labelled = pod.toBuilder();
    labelled.getMetadataBuilder().putLabels("a", "b");
    var response =
        api.resources()
            .write(
                WriteRequest.newBuilder()
                    .addOps(
                        WriteOp.newBuilder()
                            .setKind("Pod")
                            .setUpdate(labelled.build().toByteString()))
                    .build());
    assertThat(response.getResults(0).getStatus().getCode()).isZero();
    everythingIsKept();
  }

  private static void isRefused(StatusRuntimeException error, String path) {
    assertThat(error.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(error.getStatus().getDescription()).contains(path);
  }

  @Test
  void aClientThatMeansSomethingElseByThemIsToldThatTheyAreNotKnown() throws Exception {
    Pod.Builder other = pod.toBuilder();
    other.getSpecBuilder().getContainersBuilder(0).setUnknownFields(unknown(993, 7));
    isRefused(
        Api.error(() -> api.update(other.build())), "spec.containers[0]: unknown field number 993");
    Pod.Builder more = pod.toBuilder();
    more.getStatusBuilder().setUnknownFields(unknown(994, 8));
    isRefused(Api.error(() -> api.updateStatus(more.build())), "status: unknown field number 994");
    Pod.Builder fresh = pod.toBuilder();
    fresh.getMetadataBuilder().setName("fresh");
    isRefused(Api.error(() -> api.create(fresh.build())), "unknown field number 990");
    WritePodRequest request =
        WritePodRequest.newBuilder().setObject(pod).setUnknownFields(unknown(99, 1)).build();
    isRefused(Api.error(() -> api.pods().update(request)), "unknown field number 99");
    everythingIsKept();
  }
}
