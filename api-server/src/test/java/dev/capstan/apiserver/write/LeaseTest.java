package dev.capstan.apiserver.write;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.BadRequest;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.AcquireLeaseRequest;
import dev.capstan.api.v1.Fence;
import dev.capstan.api.v1.FencedDetail;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.LeaseHeldDetail;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.WriteLeaseRequest;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.api.v1.WritePodRequest;
import dev.capstan.apiserver.Api;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leases and the fences that make a deposed leader harmless. */
class LeaseTest {

  private Api api;

  @BeforeEach
  void start() throws Exception {
    api = Api.start();
  }

  @AfterEach
  void stop() {
    api.close();
  }

  private Lease acquire(String holder, String expired) {
    return api.leases()
        .acquire(
            AcquireLeaseRequest.newBuilder()
                .setNamespace("kube-system")
                .setName("capstan-scheduler")
                .setHolderIdentity(holder)
                .setLeaseDurationSeconds(15)
                .setExpiredResourceVersion(expired)
                .build());
  }

  /** Given up. One whose time has passed by the server's own clock: see LeaseExpiryTest. */
  private Lease givenUp(Lease lease) {
    Lease.Builder given = lease.toBuilder();
    given.getSpecBuilder().clearHolderIdentity();
    return api.leases().update(WriteLeaseRequest.newBuilder().setObject(given).build());
  }

  private Lease renew(Lease lease) {
    Lease.Builder renewed = lease.toBuilder();
    renewed.getSpecBuilder().getRenewTimeBuilder().setSeconds(1_900_000_000L);
    return api.leases().update(WriteLeaseRequest.newBuilder().setObject(renewed).build());
  }

  private WritePodRequest fenced(Pod pod, Lease lease) {
    Fence fence =
        Fence.newBuilder()
            .setNamespace("kube-system")
            .setName("capstan-scheduler")
            .setEpoch(lease.getSpec().getEpoch())
            .build();
    return WritePodRequest.newBuilder()
        .setObject(pod)
        .setOptions(WriteOptions.newBuilder().setFence(fence))
        .build();
  }

  @Test
  void aFreeLeaseIsTaken() {
    Lease lease = acquire("a", "");
    assertThat(lease.getSpec().getHolderIdentity()).isEqualTo("a");
    assertThat(lease.getSpec().getEpoch()).isNotEmpty();
    assertThat(lease.getSpec().getLeaseTransitions()).isZero();
    assertThat(lease.getSpec().hasAcquireTime()).isTrue();
  }

  @Test
  void aHeldLeaseIsRefusedAndShown() {
    Lease held = acquire("a", "");
    StatusRuntimeException error = Api.error(() -> acquire("b", ""));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(ApiErrors.detail(error, LeaseHeldDetail.class).orElseThrow().getLease())
        .isEqualTo(held);
  }

  @Test
  void aLiveLeaseIsRefusedWhateverTheCallerSays() {
    Lease held = acquire("a", "");
    StatusRuntimeException error =
        Api.error(() -> acquire("b", held.getMetadata().getResourceVersion()));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    assertThat(error.getStatus().getDescription())
        .matches(
            "lease kube-system/capstan-scheduler is held by a: free in 1[0-5] s unless it is renewed");
    assertThat(api.leases().get(Api.get("kube-system", "capstan-scheduler"))).isEqualTo(held);
  }

  @Test
  void anAcquiredLeaseChangesHandsAndDurationByAcquireAlone() {
    Lease held = acquire("a", "");
    Lease.Builder mine = held.toBuilder();
    mine.getSpecBuilder().setHolderIdentity("b");
    assertThat(violation(mine.build())).startsWith("spec.holderIdentity: ");
    Lease.Builder brief = held.toBuilder();
    brief.getSpecBuilder().setLeaseDurationSeconds(1);
    assertThat(violation(brief.build())).startsWith("spec.leaseDurationSeconds: ");
  }

  private String violation(Lease lease) {
    StatusRuntimeException error =
        Api.error(
            () -> api.leases().update(WriteLeaseRequest.newBuilder().setObject(lease).build()));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    BadRequest.FieldViolation found =
        ApiErrors.detail(error, BadRequest.class).orElseThrow().getFieldViolations(0);
    return found.getField() + ": " + found.getDescription();
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 3601, Integer.MAX_VALUE})
  void durationsAreBounded(int seconds) {
    StatusRuntimeException error =
        Api.error(() ->
            api.leases()
                .acquire(
                    AcquireLeaseRequest.newBuilder()
                        .setNamespace("kube-system")
                        .setName("capstan-scheduler")
                        .setHolderIdentity("a")
                        .setLeaseDurationSeconds(seconds)
                        .build()));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(error.getStatus().getDescription())
        .contains("leaseDurationSeconds", "must be between 1 and 3600");
  }

  @Test
  void aLeaseThatWasGivenUpIsTakenOver() {
    Lease held = givenUp(acquire("a", ""));
    Lease taken = acquire("b", held.getMetadata().getResourceVersion());
    assertThat(taken.getSpec().getHolderIdentity()).isEqualTo("b");
    assertThat(taken.getSpec().getLeaseTransitions()).isEqualTo(1);
    assertThat(ResourceVersions.compare(taken.getSpec().getEpoch(), held.getSpec().getEpoch()))
        .isPositive();
  }

  @Test
  void aRenewedLeaseIsNotTakenOver() {
    Lease held = acquire("a", "");
    renew(held);
    assertThat(Api.code(() -> acquire("b", held.getMetadata().getResourceVersion())))
        .isEqualTo(Code.FAILED_PRECONDITION);
  }

  @Test
  void renewingKeepsTheEpochAndAcquiringAgainMakesANewOne() {
    Lease held = acquire("a", "");
    Lease.Builder forged = held.toBuilder();
    forged.getSpecBuilder().setEpoch("1");
    assertThat(renew(forged.build()).getSpec().getEpoch()).isEqualTo(held.getSpec().getEpoch());
    assertThat(acquire("a", "").getSpec().getEpoch()).isNotEqualTo(held.getSpec().getEpoch());
  }

  @Test
  void aLeaseThatWasGivenUpIsFree() {
    Lease.Builder given = acquire("a", "").toBuilder();
    given.getSpecBuilder().clearHolderIdentity();
    api.leases().update(WriteLeaseRequest.newBuilder().setObject(given).build());
    assertThat(acquire("b", "").getSpec().getHolderIdentity()).isEqualTo("b");
  }

  @Test
  void theLeaderWrites() {
    Lease lease = acquire("a", "");
    Pod pod = api.pods().create(fenced(Api.pod("web"), renew(lease)));
    assertThat(api.exists(pod)).isTrue();
  }

  @Test
  void aDeposedLeaderCannotCreateUpdateOrBind() {
    Lease old = acquire("a", "");
    Pod pod = api.pods().create(fenced(Api.pod("web"), old));
    givenUp(old);
    Lease now = acquire("b", "");

    StatusRuntimeException error = Api.error(() -> api.pods().create(fenced(Api.pod("late"), old)));
    assertThat(error.getStatus().getCode()).isEqualTo(Code.FAILED_PRECONDITION);
    FencedDetail detail = ApiErrors.detail(error, FencedDetail.class).orElseThrow();
    assertThat(detail.getLease()).isEqualTo("kube-system/capstan-scheduler");
    assertThat(detail.getEpoch()).isEqualTo(old.getSpec().getEpoch());
    assertThat(detail.getCurrentEpoch()).isEqualTo(now.getSpec().getEpoch());
    assertThat(api.exists(Api.pod("late"))).isFalse();

    Pod.Builder changed = pod.toBuilder();
    changed.getMetadataBuilder().putLabels("a", "b");
    StatusRuntimeException update =
        Api.error(() -> api.pods().update(fenced(changed.build(), old)));
    assertThat(ApiErrors.detail(update, FencedDetail.class)).isPresent();
    assertThat(api.pod(pod)).isEqualTo(pod);
  }

  @Test
  void anEpochThatIsNoneIsInvalid() {
    Lease lease = acquire("a", "");
    Lease.Builder broken = lease.toBuilder();
    broken.getSpecBuilder().setEpoch("yesterday");
    assertThat(Api.code(() -> api.pods().create(fenced(Api.pod("web"), broken.build()))))
        .isEqualTo(Code.INVALID_ARGUMENT);
  }

  @Test
  void ofManyWhoWantAFreeLeaseOneGetsIt() throws Exception {
    AtomicInteger wins = new AtomicInteger();
    List<Thread> rivals = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String holder = "rival-" + i;
      rivals.add(
          Thread.ofVirtual()
              .start(() -> {
                if (Api.code(() -> acquire(holder, "")) == Code.OK) {
                  wins.incrementAndGet();
                }
              }));
    }
    for (Thread rival : rivals) {
      rival.join();
    }
    assertThat(wins.get()).isEqualTo(1);
    // Whoever it is can write: the losers' attempts left the fence in the winner's hands.
    Lease lease = api.leases().get(Api.get("kube-system", "capstan-scheduler"));
    assertThat(Api.code(() -> api.pods().create(fenced(Api.pod("web"), lease)))).isEqualTo(Code.OK);
  }

  @Test
  void nonsenseIsInvalid() {
    assertThat(Api.code(() -> acquire("", ""))).isEqualTo(Code.INVALID_ARGUMENT);
  }
}
