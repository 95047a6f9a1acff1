package dev.capstan.apiserver.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.v1.AcquireLeaseRequest;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.UnknownOutcomeDetail;
import dev.capstan.api.v1.WriteConfigMapRequest;
import dev.capstan.api.v1.WriteLeaseRequest;
import dev.capstan.api.v1.WritePodRequest;
import dev.capstan.apiserver.Api;
import dev.capstan.kvstore.FaultyKvStore;
import dev.capstan.kvstore.FaultyKvStore.Fault;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What clients hear when the store does not do as it is told. */
class StoreFaultsTest {

  private static StatusRuntimeException createWithin(Api api, long millis) {
    WritePodRequest request = WritePodRequest.newBuilder().setObject(Api.pod("web")).build();
    return Api.error(
        () -> api.pods().withDeadlineAfter(millis, TimeUnit.MILLISECONDS).create(request));
  }

  @Test
  void aLostReplyIsFoundOutAndTheWriteIsNotRepeated() throws Exception {
    FaultyKvStore store = new FaultyKvStore(new MemoryKvStore(Seam.system()));
    try (Api api = Api.over(store)) {
      store.fail(Fault.LOSE_REPLY);
      Pod created = api.create(Api.pod("web"));
      assertThat(api.pod(created)).isEqualTo(created);
    }
  }

  @Test
  void aWriteThatStaysUnknownSaysThatItMayHaveHappened() throws Exception {
    FaultyKvStore store = new FaultyKvStore(new MemoryKvStore(Seam.system()));
    try (Api api = Api.over(store)) {
      store.hold();
      StatusRuntimeException error = createWithin(api, 2000);
      assertThat(error.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
      assertThat(error.getStatus().getDescription()).contains("may have happened");
      assertThat(ApiErrors.detail(error, UnknownOutcomeDetail.class).orElseThrow().getObject())
          .isEqualTo("Pod/default/web");
      store.release();
    }
  }

  @Test
  void aWriteThatNeverLeftSaysThatItDidNotHappen() throws Exception {
    FaultyKvStore store = new FaultyKvStore(new MemoryKvStore(Seam.system()));
    try (Api api = Api.over(store)) {
      store.hold();
      List<Thread> ahead = new ArrayList<>();
      for (int i = 1; i <= 2; i++) {
        Pod pod = Api.pod("ahead-" + i);
        ahead.add(Thread.ofVirtual().start(() -> api.create(pod)));
        store.awaitHeld(i, api.seam.clock());
      }
      StatusRuntimeException error = createWithin(api, 2000); // No third group is sent meanwhile.
      assertThat(error.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
      assertThat(ApiErrors.detail(error, UnknownOutcomeDetail.class)).isEmpty();
      store.release();
      for (Thread thread : ahead) {
        thread.join();
      }
      assertThat(api.exists(Api.pod("web"))).isFalse();
    }
  }

  private static ConfigMap filler(int i) {
    ConfigMap.Builder filler = ConfigMap.newBuilder();
    filler.getMetadataBuilder().setName("filler-" + i).setNamespace("default");
    return filler.putData("x", "y".repeat(200_000)).build();
  }

  private static void fill(Api api) {
    for (int i = 0; i < 1000; i++) {
      api.configMaps().create(WriteConfigMapRequest.newBuilder().setObject(filler(i)).build());
    }
  }

  @Test
  void aFullStoreRefusesWhatTakesSpaceAndLetsDeletesAndLeadersPass() throws Exception {
    try (Api api = Api.over(new MemoryKvStore(Seam.system(), 8 << 20))) {
      AcquireLeaseRequest acquire =
          AcquireLeaseRequest.newBuilder()
              .setNamespace("kube-system")
              .setName("leader")
              .setHolderIdentity("a")
              .setLeaseDurationSeconds(15)
              .build();
      Lease.Builder lease = api.leases().acquire(acquire).toBuilder();
      StatusRuntimeException refused = Api.error(() -> fill(api));
      assertThat(refused.getStatus().getCode()).isEqualTo(Code.RESOURCE_EXHAUSTED);
      assertThat(ApiErrors.reason(refused)).isEqualTo("StoreFull");
      lease.getSpecBuilder().getRenewTimeBuilder().setSeconds(1_900_000_000L);
      WriteLeaseRequest renewal = WriteLeaseRequest.newBuilder().setObject(lease).build();
      assertThat(Api.code(() -> api.leases().update(renewal))).isEqualTo(Code.OK);
      assertThat(Api.code(() -> api.leases().acquire(acquire))).isEqualTo(Code.OK);
      DeleteRequest delete =
          DeleteRequest.newBuilder().setNamespace("default").setName("filler-0").build();
      assertThat(Api.code(() -> api.configMaps().delete(delete))).isEqualTo(Code.OK);
      assertThat(Api.code(() -> api.configMaps().get(Api.get("default", "filler-1"))))
          .isEqualTo(Code.OK);
    }
  }
}
