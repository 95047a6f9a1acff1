package dev.capstan.apiserver.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.ConflictDetail;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.WriteOp;
import dev.capstan.api.v1.WriteRequest;
import dev.capstan.api.v1.WriteResponse;
import dev.capstan.api.v1.WriteResult;
import dev.capstan.apiserver.Api;
import io.grpc.Status.Code;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchTest {

  private Api api;

  @BeforeEach
  void start() throws Exception {
    api = Api.start();
    api.createNode("n1");
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static WriteOp create(Pod pod) {
    return WriteOp.newBuilder().setKind("Pod").setCreate(pod.toByteString()).build();
  }

  private static int code(WriteResult result) {
    return result.getStatus().getCode();
  }

  @Test
  void eachItemIsAnsweredByItself() throws Exception {
    Pod there = api.create(Api.pod("there"));
    Pod other = api.create(Api.pod("other"));
    WriteRequest request =
        WriteRequest.newBuilder()
            .addOps(create(Api.pod("new")))
            .addOps(create(Api.pod("there")))
            .addOps(
                WriteOp.newBuilder()
                    .setKind("Pod")
                    .setBind(
                        BindRequest.newBuilder()
                            .setNamespace("default")
                            .setName("there")
                            .setNodeName("n1")))
            .addOps(
                WriteOp.newBuilder()
                    .setKind("Pod")
                    .setPatch(
                        PatchRequest.newBuilder()
                            .setNamespace("default")
                            .setName("other")
                            .setMergePatch("{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")))
            .addOps(
                WriteOp.newBuilder()
                    .setKind("Pod")
                    .setDelete(
                        DeleteRequest.newBuilder().setNamespace("default").setName("nobody")))
            .addOps(WriteOp.newBuilder().setKind("Gizmo").setCreate(ByteString.EMPTY))
            .addOps(WriteOp.newBuilder().setKind("Pod").setCreate(ByteString.copyFromUtf8("\7")))
            .addOps(WriteOp.newBuilder().setKind("Pod"))
            .setReturnObjects(true)
            .build();
    WriteResponse response = api.resources().write(request);
    assertThat(response.getResultsList())
        .extracting(BatchTest::code)
        .containsExactly(
            Code.OK.value(),
            Code.ALREADY_EXISTS.value(),
            Code.OK.value(),
            Code.OK.value(),
            Code.NOT_FOUND.value(),
            Code.INVALID_ARGUMENT.value(),
            Code.INVALID_ARGUMENT.value(),
            Code.INVALID_ARGUMENT.value());
    Pod created = Pod.parseFrom(response.getResults(0).getObject());
    assertThat(created).isEqualTo(api.pod(Api.pod("new")));
    assertThat(response.getResults(0).getResourceVersion())
        .isEqualTo(created.getMetadata().getResourceVersion());
    assertThat(
            ApiErrors.detail(response.getResults(1).getStatus(), ConflictDetail.class)
                .orElseThrow()
                .getCurrentUid())
        .isEqualTo(there.getMetadata().getUid());
    assertThat(api.pod(there).getSpec().getNodeName()).isEqualTo("n1");
    assertThat(api.pod(other).getMetadata().getLabelsMap()).containsEntry("a", "b");
  }

  @Test
  void aThousandCreatesShareFewCommits() {
    long before = revision();
    WriteRequest.Builder request = WriteRequest.newBuilder();
    for (int i = 0; i < 1000; i++) {
      request.addOps(create(Api.pod("p" + i)));
    }
    WriteResponse response = api.resources().write(request.build());
    assertThat(response.getResultsList()).allMatch(result -> code(result) == Code.OK.value());
    List<String> versions =
        response.getResultsList().stream().map(WriteResult::getResourceVersion).toList();
    assertThat(versions.stream().collect(Collectors.toSet())).hasSize(1000);
    assertThat(response.getResults(0).getObject()).isEmpty();
    assertThat(revision() - before).isLessThan(900);
  }

  private long revision() {
    return api.store.get("/capstan/v1/namespaces/default").revision();
  }

  /** All begin on the same copy: those that lose the race go on from where the winner left. */
  @Test
  void writesOfOneObjectInOneBatchAreAllMade() {
    Pod pod = api.create(Api.pod("web"));
    WriteRequest.Builder request = WriteRequest.newBuilder();
    for (int i = 0; i < 8; i++) {
      PatchRequest.Builder patch = PatchRequest.newBuilder().setNamespace("default");
      patch.setName("web").setMergePatch("{\"metadata\":{\"labels\":{\"l" + i + "\":\"x\"}}}");
      request.addOps(WriteOp.newBuilder().setKind("Pod").setPatch(patch));
    }
    WriteResponse response = api.resources().write(request.build());
    assertThat(response.getResultsList()).allMatch(result -> code(result) == Code.OK.value());
    assertThat(api.pod(pod).getMetadata().getLabelsMap()).hasSize(8);
  }

  /** A patch so deep that no stack is deep enough harms its neighbours as little as any other. */
  @Test
  void oneThatCannotBeReadHarmsNobodyElse() {
    PatchRequest.Builder deep = PatchRequest.newBuilder().setNamespace("default").setName("a");
    deep.setMergePatch("{\"a\":".repeat(200_000));
    WriteRequest request =
        WriteRequest.newBuilder()
            .addOps(create(Api.pod("before")))
            .addOps(WriteOp.newBuilder().setKind("Pod").setPatch(deep))
            .addOps(create(Api.pod("after")))
            .build();
    assertThat(api.resources().write(request).getResultsList())
        .extracting(BatchTest::code)
        .satisfies(codes -> assertThat(codes.get(1)).isNotEqualTo(Code.OK.value()))
        .satisfies(codes -> assertThat(codes.get(0) + codes.get(2)).isZero());
  }

  @Test
  void moreThanAThousandAreRefused() {
    WriteRequest.Builder request = WriteRequest.newBuilder();
    for (int i = 0; i < 1001; i++) {
      request.addOps(create(Api.pod("p" + i)));
    }
    assertThat(Api.code(() -> api.resources().write(request.build())))
        .isEqualTo(Code.INVALID_ARGUMENT);
  }

  @Test
  void anEmptyBatchIsAnEmptyAnswer() {
    assertThat(api.resources().write(WriteRequest.getDefaultInstance()).getResultsList()).isEmpty();
  }
}
