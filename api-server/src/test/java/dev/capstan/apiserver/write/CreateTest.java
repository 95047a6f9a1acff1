package dev.capstan.apiserver.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.v1.ConflictDetail;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.WriteNamespaceRequest;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.api.v1.WritePodRequest;
import dev.capstan.apiserver.Api;
import dev.capstan.apiserver.SharedStore;
import dev.capstan.kvstore.FaultyKvStore;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CreateTest {

  private Api api;

  @BeforeEach
  void start() throws Exception {
    api = Api.start();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private static Pod named(String name, String generateName, String namespace) {
    Pod.Builder pod = Api.pod(name).toBuilder();
    pod.getMetadataBuilder().setGenerateName(generateName).setNamespace(namespace);
    return pod.build();
  }

  @Test
  void theServerMakesIdentityTimeAndGeneration() {
    Pod pod = api.create(Api.pod("web"));
    ObjectMeta metadata = pod.getMetadata();
    assertThat(metadata.getUid()).matches("[0-9a-f-]{36}");
    assertThat(metadata.getCreationTimestamp().getNanos()).isZero();
    assertThat(metadata.getCreationTimestamp().getSeconds()).isPositive();
    assertThat(metadata.getGeneration()).isEqualTo(1);
  }

  @Test
  void aNameIsMadeFromAPrefix() {
    Pod first = api.create(named("", "web-", "default"));
    Pod second = api.create(named("", "web-", "default"));
    assertThat(first.getMetadata().getName()).matches("web-[bcdfghjklmnpqrstvwxz2456789]{5}");
    assertThat(second.getMetadata().getName()).isNotEqualTo(first.getMetadata().getName());
  }

  @Test
  void withoutNameAndPrefixItIsRefused() {
    StatusRuntimeException error = Api.error(() -> api.create(named("", "", "default")));
    assertThat(ApiErrors.violations(error).getFirst().path()).isEqualTo("metadata.name");
  }

  @Test
  void anEmptyNamespaceMeansDefault() {
    assertThat(api.create(named("web", "", "")).getMetadata().getNamespace()).isEqualTo("default");
  }

  @Test
  void aTakenNameIsAnsweredWithWhatIsThere() {
    Pod there = api.create(Api.pod("web"));
    StatusRuntimeException error = Api.error(() -> api.create(Api.pod("web")));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.ALREADY_EXISTS);
    ConflictDetail detail = ApiErrors.detail(error, ConflictDetail.class).orElseThrow();
    assertThat(detail.getCurrentUid()).isEqualTo(there.getMetadata().getUid());
    assertThat(detail.getCurrentResourceVersion())
        .isEqualTo(there.getMetadata().getResourceVersion());
  }

  @Test
  void inAMissingNamespaceNothingIsCreated() {
    StatusRuntimeException error = Api.error(() -> api.create(named("web", "", "nowhere")));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.NOT_FOUND);
    assertThat(error.getStatus().getDescription()).contains("namespaces \"nowhere\" not found");
  }

  @Test
  void inATerminatingNamespaceNothingIsCreated() {
    Namespace team =
        Namespace.newBuilder().setMetadata(ObjectMeta.newBuilder().setName("team")).build();
    api.namespaces().create(WriteNamespaceRequest.newBuilder().setObject(team).build());
    api.create(named("before", "", "team"));
    api.namespaces().delete(DeleteRequest.newBuilder().setName("team").build());
    StatusRuntimeException error = Api.error(() -> api.create(named("web", "", "team")));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(ApiErrors.reason(error)).isEqualTo("NamespaceTerminating");
  }

  @Test
  void aDryRunChecksEverythingAndStoresNothing() {
    WritePodRequest request =
        WritePodRequest.newBuilder()
            .setObject(Api.pod("web"))
            .setOptions(WriteOptions.newBuilder().setDryRun(true))
            .build();
    Pod answer = api.pods().create(request);
    assertThat(answer.getStatus().getPhase()).isEqualTo("Pending");
    assertThat(answer.getMetadata().getResourceVersion()).isEmpty();
    assertThat(api.exists(answer)).isFalse();
    api.create(Api.pod("web"));
    assertThat(Api.code(() -> api.pods().create(request))).isEqualTo(Code.ALREADY_EXISTS);
  }

  @Test
  void allViolationsAreToldAtOnceAndNothingIsStored() {
    Pod.Builder bad = Api.pod("web").toBuilder();
    bad.getSpecBuilder().setRestartPolicy("Sometimes").getContainersBuilder(0).setImage("");
    StatusRuntimeException error = Api.error(() -> api.create(bad.build()));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(ApiErrors.violations(error))
        .extracting(v -> v.path())
        .containsExactly("spec.restartPolicy", "spec.containers[0].image");
    assertThat(api.exists(bad.build())).isFalse();
  }

  /** The command's SizeLimitTest has the same pod, and says the same. */
  @Test
  void anObjectOfMoreThanAMebibyteIsRefusedBeforeTheStore() {
    Pod.Builder big = Pod.newBuilder();
    big.getMetadataBuilder().setName("web").setNamespace("default");
    big.getSpecBuilder()
        .addContainersBuilder()
        .setName("web")
        .setImage("hello:1")
        .addArgs("x".repeat(1 << 20));
    StatusRuntimeException error = Api.error(() -> api.create(big.build()));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(error.getStatus().getDescription())
        .isEqualTo("pods \"web\" is too large: 1048762 bytes, at most 1048576");
    assertThat(api.exists(big.build())).isFalse();
  }

  @Test
  void tenThousandLabelsAreRefused() {
    Pod.Builder many = Api.pod("web").toBuilder();
    for (int i = 0; i < 10_000; i++) {
      many.getMetadataBuilder().putLabels("label-" + i, "v");
    }
    StatusRuntimeException error = Api.error(() -> api.create(many.build()));
    assertThat(ApiErrors.violations(error).getFirst().path()).isEqualTo("metadata.labels");
  }

  /** Two servers over one store: what one has decided, the other overtakes. */
  @Test
  void aCreateDecidedBeforeItsNamespaceWentIsRefused() throws Exception {
    MemoryKvStore store = new MemoryKvStore(Seam.system());
    FaultyKvStore slow = new FaultyKvStore(new SharedStore(store));
    try (Api fast = Api.over(store);
        Api late = Api.over(slow)) {
      Namespace team =
          Namespace.newBuilder().setMetadata(ObjectMeta.newBuilder().setName("team")).build();
      fast.namespaces().create(WriteNamespaceRequest.newBuilder().setObject(team).build());
      late.create(named("first", "", "team"));
      slow.hold();
      CompletableFuture<Code> outcome = new CompletableFuture<>();
      Thread.ofVirtual()
          .start(() -> outcome.complete(Api.code(() -> late.create(named("second", "", "team")))));
      slow.awaitHeld(1, late.seam.clock());
      fast.namespaces().delete(DeleteRequest.newBuilder().setName("team").build());
      slow.release();
      assertThat(outcome.get()).isEqualTo(Code.FAILED_PRECONDITION);
    }
  }
}
