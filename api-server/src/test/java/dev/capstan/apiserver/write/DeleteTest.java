package dev.capstan.apiserver.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.ConflictDetail;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.api.v1.WriteNamespaceRequest;
import dev.capstan.apiserver.Api;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeleteTest {

  private static final DeleteOptions PLAIN = DeleteOptions.getDefaultInstance();

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

  private static DeleteOptions grace(long seconds) {
    return DeleteOptions.newBuilder().setGracePeriodSeconds(seconds).build();
  }

  private static DeleteOptions policy(String policy) {
    return DeleteOptions.newBuilder().setPropagationPolicy(policy).build();
  }

  private Pod bound(String name) {
    return api.bind(api.create(Api.pod(name)), "n1");
  }

  private static long going(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp().getSeconds();
  }

  @Test
  void aPodThatNeverReachedANodeGoesAtOnce() {
    Pod pod = api.create(Api.pod("web"));
    Pod answer = api.delete(pod, PLAIN);
    assertThat(answer.getMetadata().getUid()).isEqualTo(pod.getMetadata().getUid());
    assertThat(api.exists(pod)).isFalse();
  }

  @Test
  void aBoundPodWaitsForItsKubelet() {
    Pod pod = bound("web");
    Pod answer = api.delete(pod, PLAIN);
    assertThat(answer.getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(30);
    assertThat(going(answer) - pod.getMetadata().getCreationTimestamp().getSeconds())
        .isBetween(30L, 40L);
    assertThat(answer.getMetadata().getGeneration())
        .isGreaterThan(pod.getMetadata().getGeneration());
    assertThat(api.exists(pod)).isTrue();
    api.delete(pod, grace(0)); // What the kubelet does once the container is gone.
    assertThat(api.exists(pod)).isFalse();
  }

  @Test
  void graceCanBeShortenedAndNotExtended() {
    Pod pod = bound("web");
    api.delete(pod, grace(20));
    assertThat(api.delete(pod, grace(50)).getMetadata().getDeletionGracePeriodSeconds())
        .isEqualTo(20);
    assertThat(api.delete(pod, PLAIN).getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(20);
    assertThat(api.delete(pod, grace(5)).getMetadata().getDeletionGracePeriodSeconds())
        .isEqualTo(5);
  }

  @Test
  void aPodThatHasEndedGoesAtOnce() {
    Pod.Builder done = bound("web").toBuilder();
    done.getStatusBuilder().setPhase("Succeeded");
    api.delete(api.updateStatus(done.build()), PLAIN);
    assertThat(api.exists(done.build())).isFalse();
  }

  @Test
  void graceThatIsNegativeOrNoTimeIsRefused() {
    Pod pod = bound("web");
    for (long seconds : new long[] {-1, 1L << 31, Long.MAX_VALUE}) {
      StatusRuntimeException error = Api.error(() -> api.delete(pod, grace(seconds)));
      assertThat(error.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
      assertThat(error.getStatus().getDescription())
          .isEqualTo(
              "options.gracePeriodSeconds: must be between 0 and 2147483647, not " + seconds);
    }
    assertThat(going(api.delete(pod, grace(Integer.MAX_VALUE)))).isGreaterThan(1L << 31);
  }

  @Test
  void anUnknownPolicyIsRefused() {
    Pod pod = bound("web");
    assertThat(Api.code(() -> api.delete(pod, policy("Sideways"))))
        .isEqualTo(Code.INVALID_ARGUMENT);
  }

  @Test
  void aPreconditionOnTheUidProtectsASuccessor() {
    Pod first = api.create(Api.pod("web"));
    api.delete(first, PLAIN);
    Pod second = api.create(Api.pod("web"));
    DeleteOptions options =
        DeleteOptions.newBuilder()
            .setPreconditions(Preconditions.newBuilder().setUid(first.getMetadata().getUid()))
            .build();
    StatusRuntimeException error = Api.error(() -> api.delete(first, options));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.ABORTED);
    assertThat(ApiErrors.detail(error, ConflictDetail.class).orElseThrow().getCurrentUid())
        .isEqualTo(second.getMetadata().getUid());
    assertThat(api.exists(second)).isTrue();
  }

  @Test
  void aPreconditionOnTheVersionIsHeld() {
    Pod pod = api.create(Api.pod("web"));
    Pod.Builder changed = pod.toBuilder();
    changed.getMetadataBuilder().putLabels("a", "b");
    api.update(changed.build());
    DeleteOptions options =
        DeleteOptions.newBuilder()
            .setPreconditions(
                Preconditions.newBuilder()
                    .setResourceVersion(pod.getMetadata().getResourceVersion()))
            .build();
    assertThat(Api.code(() -> api.delete(pod, options))).isEqualTo(Code.ABORTED);
  }

  @Test
  void finalizersHoldAnObjectBackAndTheLastOneLetsItGo() {
    Pod.Builder held = Api.pod("web").toBuilder();
    held.getMetadataBuilder().addFinalizers("example.com/a").addFinalizers("example.com/b");
    Pod pod = api.create(held.build());
    Pod.Builder going = api.delete(pod, PLAIN).toBuilder();
    assertThat(going.getMetadata().hasDeletionTimestamp()).isTrue();
    going.getMetadataBuilder().clearFinalizers().addFinalizers("example.com/b");
    Pod.Builder last = api.update(going.build()).toBuilder();
    assertThat(api.exists(pod)).isTrue();
    last.getMetadataBuilder().clearFinalizers();
    api.update(last.build());
    assertThat(api.exists(pod)).isFalse();
  }

  @Test
  void aGoingObjectGetsNoNewFinalizers() {
    Pod.Builder held = Api.pod("web").toBuilder();
    held.getMetadataBuilder().addFinalizers("example.com/a");
    Pod.Builder going = api.delete(api.create(held.build()), PLAIN).toBuilder();
    going.getMetadataBuilder().addFinalizers("example.com/late");
    StatusRuntimeException error = Api.error(() -> api.update(going.build()));
    assertThat(ApiErrors.violations(error).getFirst().path()).isEqualTo("metadata.finalizers");
  }

  @Test
  void aBoundPodWithoutFinalizersStillWaitsForItsGrace() {
    Pod.Builder held = bound("web").toBuilder();
    held.getMetadataBuilder().addFinalizers("example.com/a");
    Pod.Builder going = api.delete(api.update(held.build()), PLAIN).toBuilder();
    going.getMetadataBuilder().clearFinalizers();
    api.update(going.build());
    assertThat(api.exists(going.build())).isTrue();
  }

  @Test
  void foregroundAndOrphanWaitForTheGarbageCollector() {
    Pod foreground = api.create(Api.pod("a"));
    assertThat(api.delete(foreground, policy("Foreground")).getMetadata().getFinalizersList())
        .containsExactly(WellKnown.FINALIZER_FOREGROUND);
    assertThat(api.delete(foreground, policy("Orphan")).getMetadata().getFinalizersList())
        .containsExactly(WellKnown.FINALIZER_ORPHAN);
    api.delete(foreground, policy("Background"));
    assertThat(api.exists(foreground)).isFalse();
  }

  @Test
  void aDryRunDeletesNothing() {
    Pod pod = api.create(Api.pod("web"));
    DeleteOptions.Builder options = DeleteOptions.newBuilder();
    options.getWriteBuilder().setDryRun(true);
    api.delete(pod, options.build());
    assertThat(api.pod(pod)).isEqualTo(pod);
  }

  @Test
  void deletingTwiceIsNotFound() {
    Pod pod = api.create(Api.pod("web"));
    api.delete(pod, PLAIN);
    assertThat(Api.code(() -> api.delete(pod, PLAIN))).isEqualTo(Code.NOT_FOUND);
  }

  private Namespace createTeam() {
    Namespace team =
        Namespace.newBuilder().setMetadata(ObjectMeta.newBuilder().setName("team")).build();
    return api.namespaces().create(WriteNamespaceRequest.newBuilder().setObject(team).build());
  }

  private Namespace update(Namespace namespace) {
    return api.namespaces().update(WriteNamespaceRequest.newBuilder().setObject(namespace).build());
  }

  private Namespace deleteTeam() {
    return api.namespaces().delete(DeleteRequest.newBuilder().setName("team").build());
  }

  @Test
  void aNamespaceStaysTerminatingUntilItsControllerTakesTheFinalizer() {
    createTeam();
    Namespace going = deleteTeam();
    assertThat(going.getStatus().getPhase()).isEqualTo("Terminating");
    Namespace.Builder emptied = going.toBuilder();
    emptied.getSpecBuilder().clearFinalizers();
    update(emptied.build());
    assertThat(Api.code(() -> api.namespaces().get(Api.get("", "team")))).isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void applyingANamespacesManifestFinishesNoDeletion() {
    Namespace manifest =
        Namespace.newBuilder().setMetadata(ObjectMeta.newBuilder().setName("team")).build();
    createTeam();
    Namespace.Builder versioned = manifest.toBuilder();
    versioned
        .getMetadataBuilder()
        .setResourceVersion(deleteTeam().getMetadata().getResourceVersion());
    update(manifest);
    update(versioned.build());
    assertThat(api.namespaces().get(Api.get("", "team")).getSpec().getFinalizersList())
        .containsExactly(WellKnown.FINALIZER_NAMESPACE);
  }

  @Test
  void theNamespacesOfTheClusterStay() {
    for (String name : new String[] {"default", "kube-system", "kube-node-lease"}) {
      DeleteRequest request = DeleteRequest.newBuilder().setName(name).build();
      assertThat(Api.code(() -> api.namespaces().delete(request)))
          .isEqualTo(Code.PERMISSION_DENIED);
    }
  }
}
