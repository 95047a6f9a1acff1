package dev.capstan.apiserver.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.ConflictDetail;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.apiserver.Api;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UpdateTest {

  private Api api;

  @BeforeEach
  void start() throws Exception {
    api = Api.start();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static Pod labelled(Pod pod, String key, String value) {
    Pod.Builder result = pod.toBuilder();
    result.getMetadataBuilder().putLabels(key, value);
    return result.build();
  }

  private static Pod versionless(Pod pod) {
    Pod.Builder result = pod.toBuilder();
    result.getMetadataBuilder().clearResourceVersion();
    return result.build();
  }

  @Test
  void aStaleVersionIsRefusedWithTheCurrentOne() {
    Pod read = api.create(Api.pod("web"));
    Pod now = api.update(labelled(read, "a", "1"));
    StatusRuntimeException error = Api.error(() -> api.update(labelled(read, "a", "2")));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.ABORTED);
    ConflictDetail detail = ApiErrors.detail(error, ConflictDetail.class).orElseThrow();
    assertThat(detail.getCurrentResourceVersion())
        .isEqualTo(now.getMetadata().getResourceVersion());
    assertThat(detail.getCurrentUid()).isEqualTo(now.getMetadata().getUid());
    assertThat(api.pod(read)).isEqualTo(now);
  }

  @Test
  void versionsOfOneObjectAscend() {
    Pod first = api.create(Api.pod("web"));
    Pod second = api.update(labelled(first, "a", "1"));
    assertThat(
            ResourceVersions.compare(
                second.getMetadata().getResourceVersion(),
                first.getMetadata().getResourceVersion()))
        .isPositive();
  }

  @Test
  void withoutAVersionTheLastWriteWins() {
    Pod read = api.create(Api.pod("web"));
    api.update(labelled(read, "a", "1"));
    Pod last = api.update(labelled(versionless(read), "b", "2"));
    assertThat(last.getMetadata().getLabelsMap()).containsOnlyKeys("b");
  }

  @Test
  void anUpdateThatChangesNothingIsNoWrite() {
    Pod read = api.create(Api.pod("web"));
    Pod again = api.update(versionless(read));
    assertThat(again).isEqualTo(read);
    assertThat(api.pod(read).getMetadata().getResourceVersion())
        .isEqualTo(read.getMetadata().getResourceVersion());
  }

  @Test
  void anotherUidIsAnotherObject() {
    Pod read = api.create(Api.pod("web"));
    api.delete(read, DeleteOptions.getDefaultInstance());
    Pod successor = api.create(Api.pod("web"));
    assertThat(Api.code(() -> api.update(labelled(versionless(read), "a", "1"))))
        .isEqualTo(Code.ABORTED);
    assertThat(Api.code(() -> api.updateStatus(versionless(read)))).isEqualTo(Code.ABORTED);
    assertThat(api.pod(read)).isEqualTo(successor);
  }

  @Test
  void aStatusWithoutUidIsRefused() {
    Pod read = api.create(Api.pod("web"));
    Pod.Builder sent = versionless(read).toBuilder();
    sent.getMetadataBuilder().clearUid();
    assertThat(Api.code(() -> api.updateStatus(sent.build()))).isEqualTo(Code.INVALID_ARGUMENT);
  }

  @Test
  void aStatusUpdateWritesTheStatusAndNothingElse() {
    Pod read = api.create(Api.pod("web"));
    Pod.Builder sent = labelled(read, "a", "1").toBuilder();
    sent.getStatusBuilder().setPhase("Running");
    sent.getSpecBuilder().getContainersBuilder(0).setImage("other");
    Pod after = api.updateStatus(sent.build());
    assertThat(after.getStatus().getPhase()).isEqualTo("Running");
    assertThat(after.getSpec()).isEqualTo(read.getSpec());
    assertThat(after.getMetadata().getLabelsMap()).isEmpty();
    assertThat(after.getMetadata().getGeneration()).isEqualTo(1);
  }

  @Test
  void aFinalPhaseStays() {
    Pod.Builder done = api.create(Api.pod("web")).toBuilder();
    done.getStatusBuilder().setPhase("Failed");
    Pod.Builder back = api.updateStatus(done.build()).toBuilder();
    back.getStatusBuilder().setPhase("Running");
    StatusRuntimeException error = Api.error(() -> api.updateStatus(back.build()));
    assertThat(ApiErrors.violations(error).getFirst().path()).isEqualTo("status.phase");
  }

  private Pod patch(String name, String patch, boolean status) {
    return api.pods()
        .patch(
            PatchRequest.newBuilder()
                .setNamespace("default")
                .setName(name)
                .setMergePatch(patch)
                .setStatus(status)
                .build());
  }

  @Test
  void aPatchMergesAndNullRemoves() {
    Pod read = api.create(labelled(Api.pod("web"), "old", "x"));
    Pod after = patch("web", "{\"metadata\":{\"labels\":{\"old\":null,\"new\":\"y\"}}}", false);
    assertThat(after.getMetadata().getLabelsMap()).containsOnlyKeys("new");
    assertThat(after.getSpec()).isEqualTo(read.getSpec());
  }

  @Test
  void aPatchOfTheStatusLeavesTheRest() {
    Pod read = api.create(Api.pod("web"));
    Pod after =
        patch(
            "web",
            "{\"status\":{\"phase\":\"Running\"},\"metadata\":{\"labels\":{\"a\":\"b\"}}}",
            true);
    assertThat(after.getStatus().getPhase()).isEqualTo("Running");
    assertThat(after.getMetadata().getLabelsMap()).isEqualTo(read.getMetadata().getLabelsMap());
  }

  @Test
  void aPatchSaysWhichFieldIsUnknown() {
    api.create(Api.pod("web"));
    StatusRuntimeException error =
        Api.error(() -> patch("web", "{\"spec\":{\"volumes\":[]}}", false));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(ApiErrors.violations(error).getFirst().path()).isEqualTo("spec.volumes");
  }

  @Test
  void brokenPatchesAreInvalid() {
    api.create(Api.pod("web"));
    for (String patch : List.of("", "[]", "{", "nonsense", "{\"a\":".repeat(5000))) {
      assertThat(Api.code(() -> patch("web", patch, false))).isEqualTo(Code.INVALID_ARGUMENT);
    }
  }

  @Test
  void aPatchOfAnotherUidIsRefused() {
    api.create(Api.pod("web"));
    PatchRequest request =
        PatchRequest.newBuilder()
            .setNamespace("default")
            .setName("web")
            .setMergePatch("{}")
            .setPreconditions(Preconditions.newBuilder().setUid("other"))
            .build();
    assertThat(Api.code(() -> api.pods().patch(request))).isEqualTo(Code.ABORTED);
  }

  @Test
  void concurrentPatchesAllArrive() throws Exception {
    Pod read = api.create(Api.pod("web"));
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String label = "l" + i;
      writers.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  patch("web", "{\"metadata\":{\"labels\":{\"" + label + "\":\"x\"}}}", false);
                } catch (RuntimeException e) {
                  failures.add(e);
                }
              }));
    }
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(failures).isEmpty();
    assertThat(api.pod(read).getMetadata().getLabelsMap()).hasSize(20);
  }

  @Test
  void updatingWhatIsNotThereIsNotFound() {
    assertThat(Api.code(() -> api.update(Api.pod("nobody")))).isEqualTo(Code.NOT_FOUND);
  }
}
