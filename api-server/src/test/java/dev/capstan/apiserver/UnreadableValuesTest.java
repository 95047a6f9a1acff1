package dev.capstan.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.api.v1.ResourceListRequest;
import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.api.v1.WriteConfigMapRequest;
import dev.capstan.api.v1.WriteNamespaceRequest;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.apiserver.testing.Unreadable;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An object whose value cannot be read is there: nobody is told that it is not. */
class UnreadableValuesTest {

  private static final String KEY = "/capstan/v1/pods/default/web";

  private KvStore store;
  private Api api;

  /** A new and empty store. */
  KvStore open() {
    return new MemoryKvStore(Seam.system());
  }

  @BeforeEach
  void start() throws Exception {
    store = open();
    api = Api.over(new SharedStore(store));
    api.createNode("n1");
  }

  @AfterEach
  void stop() {
    api.close();
    store.close();
  }

  private void restart() throws Exception {
    api.close();
    api = Api.over(new SharedStore(store));
  }

  private Pod running(String name) {
    return api.bind(api.create(Api.pod(name)), "n1");
  }

  private Pod unreadable(Unreadable how) {
    Pod pod = running("web");
    how.happen(store, KEY);
    return pod;
  }

  private byte[] stored(String key) {
    return Objects.requireNonNull(store.get(key).entry()).value();
  }

  private static void isDataLoss(StatusRuntimeException error, String key) {
    assertThat(error.getStatus().getCode()).isEqualTo(Code.DATA_LOSS);
    assertThat(ApiErrors.reason(error)).isEqualTo("Unreadable");
    assertThat(error.getStatus().getDescription()).contains(key);
  }

  private void isDataLoss(Runnable call) {
    isDataLoss(Api.error(call), KEY);
  }

  private static ListRequest.Builder in(String namespace) {
    return ListRequest.newBuilder().setNamespace(namespace);
  }

  @ParameterizedTest
  @EnumSource
  void everyCallAboutItSaysThatItCannotBeRead(Unreadable how) throws Exception {
    Pod pod = unreadable(how);
    byte[] before = stored(KEY);
    everyCallIsRefused(pod);
    restart(); // The past is read too, and what it was is known.
    everyCallIsRefused(pod);
    assertThat(stored(KEY)).isEqualTo(before);
    assertThat(api.exists(running("other"))).isTrue();
  }

  private void everyCallIsRefused(Pod pod) {
    isDataLoss(() -> api.pod(pod));
    isDataLoss(() -> api.pods().list(in("").build()));
    isDataLoss(() -> api.pods().list(in("default").setLabelSelector("no=match").build()));
    isDataLoss(() -> api.pods().list(in("").setFieldSelector("spec.nodeName=other").build()));
    isDataLoss(() ->
        api.resources()
            .list(
                ResourceListRequest.newBuilder()
                    .addSelectors(ResourceSelector.newBuilder().setKind("Pod"))
                    .build()));
    isDataLoss(() -> api.update(pod));
    isDataLoss(() -> api.updateStatus(pod));
    isDataLoss(() ->
        api.pods()
            .patch(
                PatchRequest.newBuilder()
                    .setNamespace("default")
                    .setName("web")
                    .setMergePatch("{\"metadata\":{\"labels\":{\"a\":\"b\"}}}")
                    .build()));
    isDataLoss(() -> api.bind(pod, "n1"));
    isDataLoss(() -> api.create(Api.pod("web")));
  }

  @Test
  void whatIsNotInItsRangeIsServed() {
    unreadable(Unreadable.FOREIGN);
    assertThat(api.pods().list(in("kube-system").build()).getItemsList()).isEmpty();
    assertThat(
            api.pods()
                .list(in("default").setFieldSelector("metadata.name=other").build())
                .getItemsList())
        .isEmpty();
    assertThat(api.nodes().list(in("").build()).getItemsList()).hasSize(1);
  }

  @Test
  void aGeneratedNameIsAnother() {
    ConfigMap.Builder map = ConfigMap.newBuilder();
    map.getMetadataBuilder().setNamespace("default").setGenerateName("m-");
    WriteConfigMapRequest create = WriteConfigMapRequest.newBuilder().setObject(map).build();
    String name = api.configMaps().create(create).getMetadata().getName();
    Unreadable.FOREIGN.happen(store, "/capstan/v1/configmaps/default/" + name);
    assertThat(api.configMaps().create(create).getMetadata().getName()).isNotEqualTo(name);
  }

  private static DeleteOptions.Builder options() {
    return DeleteOptions.newBuilder();
  }

  @ParameterizedTest
  @EnumSource
  void deleteRemovesIt(Unreadable how) throws Exception {
    Pod pod = unreadable(how);
    restart();
    api.delete(pod, options().setWrite(WriteOptions.newBuilder().setDryRun(true)).build());
    isDataLoss(() -> api.pod(pod));
    Pod gone = api.delete(pod, options().setPropagationPolicy("Background").build());
    assertThat(gone.getMetadata().getUid()).isEqualTo(pod.getMetadata().getUid());
    assertThat(store.get(KEY).entry()).isNull();
    assertThat(Api.code(() -> api.pod(pod))).isEqualTo(Code.NOT_FOUND);
    assertThat(api.pods().list(in("").build()).getItemsList()).isEmpty();
    assertThat(api.server.warning()).isEmpty();
    assertThat(api.exists(running("web"))).isTrue();
  }

  @Test
  void finalizersAndGraceOfItAreUnknown() {
    Pod.Builder finalized = Api.pod("web").toBuilder();
    finalized.getMetadataBuilder().addFinalizers("example.com/kept");
    Pod pod = api.bind(api.create(finalized.build()), "n1");
    api.delete(pod, options().setGracePeriodSeconds(30).build());
    Unreadable.FOREIGN.happen(store, KEY);
    api.delete(pod, options().build());
    assertThat(store.get(KEY).entry()).isNull();
  }

  @Test
  void whoMeansOneCertainObjectDoesNotDeleteIt() {
    Pod pod = unreadable(Unreadable.FOREIGN);
    ObjectMeta metadata = pod.getMetadata();
    Preconditions.Builder sameUid = Preconditions.newBuilder().setUid(metadata.getUid());
    isDataLoss(() -> api.delete(pod, options().setPreconditions(sameUid).build()));
    Preconditions.Builder sameVersion =
        Preconditions.newBuilder().setResourceVersion(metadata.getResourceVersion());
    isDataLoss(() -> api.delete(pod, options().setPreconditions(sameVersion).build()));
    // Its dependents would be deleted with it: who they are is all that keeps them.
    isDataLoss(() -> api.delete(pod, options().setPropagationPolicy("Orphan").build()));
    assertThat(stored(KEY)).isNotEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsWrittenReadablyIsAsBefore(Unreadable how) {
    Pod pod = running("web");
    byte[] whole = stored(KEY);
    how.happen(store, KEY);
    isDataLoss(() -> api.pod(pod));
    Unreadable.write(store, KEY, whole);
    assertThat(api.pod(pod).getSpec()).isEqualTo(pod.getSpec());
    assertThat(api.update(api.pod(pod)).getMetadata().getUid())
        .isEqualTo(pod.getMetadata().getUid());
    assertThat(api.server.warning()).isEmpty();
    assertThat(api.server.notReady(api.seam)).isEmpty();
  }

  @Test
  void readinessAndAMetricSayIt() throws Exception {
    Pod pod = unreadable(Unreadable.FOREIGN);
    isDataLoss(() -> api.pod(pod));
    assertThat(api.server.notReady(api.seam)).isEmpty();
    assertThat(api.server.warning()).contains(KEY).contains("Capstan's header");
    assertThat(unreadableValues()).isEqualTo(1);
    api.delete(pod, options().build());
    assertThat(Api.code(() -> api.pod(pod))).isEqualTo(Code.NOT_FOUND);
    assertThat(unreadableValues()).isEqualTo(0);
  }

  private double unreadableValues() {
    return api.metrics.registry().scrape("capstan_unreadable_values"::equals).stream()
        .map(GaugeSnapshot.class::cast)
        .mapToDouble(gauge -> gauge.getDataPoints().getFirst().getValue())
        .sum();
  }

  private Namespace namespace(String name) {
    Namespace.Builder namespace = Namespace.newBuilder();
    namespace.getMetadataBuilder().setName(name);
    return api.namespaces().create(WriteNamespaceRequest.newBuilder().setObject(namespace).build());
  }

  private Namespace deleteNamespace(String name) {
    return api.namespaces().delete(DeleteRequest.newBuilder().setName(name).build());
  }

  private Namespace finish(Namespace going) {
    Namespace.Builder empty = going.toBuilder();
    empty.getSpecBuilder().clearFinalizers();
    return api.namespaces().update(WriteNamespaceRequest.newBuilder().setObject(empty).build());
  }

  private void mapIn(String namespace, String name) {
    ConfigMap.Builder map = ConfigMap.newBuilder();
    map.getMetadataBuilder().setNamespace(namespace).setName(name);
    api.configMaps().create(WriteConfigMapRequest.newBuilder().setObject(map).build());
  }

  @Test
  void aNamespaceWithSuchAnObjectIsNotFinished() {
    namespace("shop");
    mapIn("shop", "m");
    String key = "/capstan/v1/configmaps/shop/m";
    Unreadable.NEWER_VERSION.happen(store, key);
    Namespace going = deleteNamespace("shop");
    isDataLoss(Api.error(() -> api.configMaps().list(in("shop").build())), key);
    isDataLoss(Api.error(() -> finish(going)), key);
    api.configMaps().delete(DeleteRequest.newBuilder().setNamespace("shop").setName("m").build());
    assertThat(api.configMaps().list(in("shop").build()).getItemsList()).isEmpty();
    finish(going);
    assertThat(Api.code(() -> api.namespaces().get(Api.get("", "shop")))).isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void aNamespaceThatCannotBeReadGoesOnceItIsEmpty() {
    namespace("shop");
    mapIn("shop", "m");
    String key = "/capstan/v1/namespaces/shop";
    Unreadable.CUT.happen(store, key);
    isDataLoss(Api.error(() -> mapIn("shop", "late")), key);
    assertThat(Api.error(() -> deleteNamespace("shop")).getStatus().getDescription())
        .isEqualTo(
            "namespaces \"shop\" cannot be read and is not empty: delete what is in it first, as configmaps/m");
    api.configMaps().delete(DeleteRequest.newBuilder().setNamespace("shop").setName("m").build());
    assertThat(api.configMaps().list(in("shop").build()).getItemsList()).isEmpty();
    deleteNamespace("shop");
    assertThat(store.get(key).entry()).isNull();
  }

  @Test
  void theServerStartsWithoutItsNamespacesAndItsPageSecret() throws Exception {
    String id = api.server.clusterId();
    for (String name : List.of("default", "kube-system", "kube-node-lease")) {
      Unreadable.FOREIGN.happen(store, "/capstan/v1/namespaces/" + name);
    }
    Unreadable.FOREIGN.happen(store, "/capstan/server/page-secret");
    restart();
    assertThat(api.server.clusterId()).isEqualTo(id);
    assertThat(api.nodes().list(in("").setLimit(1).build()).getItemsList()).hasSize(1);
  }
}
