package dev.capstan.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.Secret;
import dev.capstan.api.v1.WriteSecretRequest;
import dev.capstan.apiserver.testing.Unreadable;
import dev.capstan.kvstore.DelegatingKvStore;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key, a store or a format that is not what the data folder or the server knows. */
class LostDataTest {

  private static final String CHECK = "/capstan/server/key-check";
  private static final String PAGE_SECRET = "/capstan/server/page-secret";
  private static final String LOGIN = "/capstan/v1/secrets/default/login";

  @TempDir Path data;
  @TempDir Path copy;

  private final Seam seam = Seam.system();
  private KvStore store = new MemoryKvStore(seam);

  @BeforeEach
  void useOnce() throws Exception {
    try (Api api = api()) {
      create(api, "login");
    }
  }

  @AfterEach
  void close() {
    store.close();
  }

  private OpenedStore opened() {
    return OpenedStore.over(new SharedStore(store), data, seam);
  }

  private Api api() throws IOException, InterruptedException {
    OpenedStore opened = opened();
    Api api = Api.over(opened.store(), opened.codec());
    opened.record(api.server.clusterId());
    return api;
  }

  private static void create(Api api, String name) {
    Secret.Builder secret = Secret.newBuilder().putStringData("password", "hunter2-hunter2");
    secret.getMetadataBuilder().setNamespace("default").setName(name);
    api.secrets().create(WriteSecretRequest.newBuilder().setObject(secret).build());
  }

  private Path key() {
    return data.resolve("encryption.key");
  }

  private byte[] stored(String key) {
    return Objects.requireNonNull(store.get(key).entry()).value();
  }

  private String keyOf(String key) {
    return ValueCodec.keyId(stored(key));
  }

  /** Another cluster's key in place of this one's. */
  private void swapKey() throws IOException {
    OpenedStore.over(new MemoryKvStore(seam), copy, seam).close();
    Files.delete(key());
    Files.copy(copy.resolve("encryption.key"), key());
    Files.setPosixFilePermissions(key(), PosixFilePermissions.fromString("rw-------"));
  }

  private void accept(String loss) throws IOException {
    Files.writeString(data.resolve("accept-loss"), loss + "\n");
  }

  @Test
  void aMissingKeyIsNotReplaced() throws IOException {
    String needed = keyOf(CHECK);
    Files.delete(key());
    assertThatThrownBy(this::opened)
        .isInstanceOf(StoreException.Unusable.class)
        .hasMessage(
            "the key file %s is missing: the Secrets in the store were encrypted with key %s, put back the file that holds it. To go on without it: echo key-%s >> %s"
                .formatted(key(), needed, needed, data.resolve("accept-loss")));
    assertThat(key()).doesNotExist();
  }

  @Test
  void aStoreThatWasWrittenBeforeThereWasACheckIsCheckedToo() throws IOException {
    store.commit(new Group(List.of(new Txn(List.of(), List.of(new Txn.Op.Delete(CHECK))))));
    Files.delete(key());
    assertThatThrownBy(this::opened)
        .isInstanceOf(StoreException.Unusable.class)
        .hasMessageContaining("encrypted with key " + keyOf(LOGIN));
  }

  @Test
  void anotherKeyIsRefused() throws IOException {
    String needed = keyOf(CHECK);
    swapKey();
    assertThatThrownBy(this::opened)
        .isInstanceOf(StoreException.Unusable.class)
        .hasMessageContaining("the key file " + key() + " is another one, of key ")
        .hasMessageContaining("encrypted with key " + needed)
        .hasMessageContaining("echo key-" + needed);
    assertThat(keyOf(CHECK)).isEqualTo(needed);
  }

  @Test
  void whoGoesOnWithoutTheKeySeesWhichSecretsAreLost() throws Exception {
    accept("key-" + keyOf(CHECK));
    swapKey();
    try (Api api = api()) {
      assertThat(api.server.warning()).contains(LOGIN).contains("its key is not in the key file");
      assertThat(Api.code(() -> api.secrets().get(Api.get("default", "login"))))
          .isEqualTo(Code.DATA_LOSS);
      create(api, "fresh");
      assertThat(api.secrets().get(Api.get("default", "fresh")).getDataCount()).isEqualTo(1);
      api.secrets()
          .delete(DeleteRequest.newBuilder().setNamespace("default").setName("login").build());
      assertThat(
              api.secrets()
                  .list(ListRequest.newBuilder().setNamespace("default").build())
                  .getItemsCount())
          .isEqualTo(1);
    }
    assertThat(data.resolve("accept-loss")).doesNotExist();
    api().close();
  }

  @Test
  void whoGoesOnWithoutAMissingKeyGetsANewOne() throws Exception {
    String needed = keyOf(CHECK);
    accept("key-" + needed);
    Files.delete(key());
    try (Api api = api()) {
      assertThat(api.server.warning()).contains(LOGIN).contains("its key is not in the key file");
      create(api, "fresh");
    }
    assertThat(keyOf(CHECK)).isNotEqualTo(needed);
    assertThat(data.resolve("accept-loss")).doesNotExist();
    api().close();
  }

  private void damageCheck() {
    Unreadable.write(store, CHECK, new byte[] {1, 2, 3});
  }

  @Test
  void aCheckThatCannotBeReadIsMadeUpForByTheSecrets() throws Exception {
    String needed = keyOf(LOGIN);
    damageCheck();
    Path aside = copy.resolve("aside");
    Files.move(key(), aside);
    assertThatThrownBy(this::opened)
        .isInstanceOf(StoreException.Unusable.class)
        .hasMessageContaining("is missing")
        .hasMessageContaining("encrypted with key " + needed);
    Files.move(aside, key());
    api().close();
    assertThat(keyOf(CHECK)).isEqualTo(needed);
  }

  @Test
  void aCheckThatCannotBeReadIsNotTakenForNone() throws Exception {
    store.commit(new Group(List.of(new Txn(List.of(), List.of(new Txn.Op.Delete(LOGIN))))));
    damageCheck();
    assertThatThrownBy(this::opened)
        .isInstanceOf(StoreException.Unusable.class)
        .hasMessageContaining("the value of " + CHECK + " cannot be read")
        .hasMessageContaining("echo key-check >> ");
    accept("key-check");
    api().close();
    assertThat(keyOf(CHECK)).isNotEmpty();
    assertThat(data.resolve("accept-loss")).doesNotExist();
  }

  /** A store of a version that wrote none of these, which takes only deletes. */
  @Test
  void aFullStoreIsServedWithoutTheMarks() throws Exception {
    for (String key : List.of(CHECK, StoreFormat.KEY, PAGE_SECRET)) {
      store.commit(new Group(List.of(new Txn(List.of(), List.of(new Txn.Op.Delete(key))))));
    }
    KvStore roomy = store;
    store =
        new DelegatingKvStore(roomy) {
          @Override
          public CommitResult commit(Group group) {
            if (group.members().stream().allMatch(Txn::onlyDeletes)) {
              return super.commit(group);
            }
            throw new StoreException.OutOfSpace("the store is full", null);
          }
        };
    try (Api api = api()) {
      assertThat(api.secrets().get(Api.get("default", "login")).getDataCount()).isEqualTo(1);
      var gone =
          api.secrets()
              .delete(DeleteRequest.newBuilder().setNamespace("default").setName("login").build());
      assertThat(gone.getMetadata().getName()).isEqualTo("login");
    }
    assertThat(store.get(CHECK).entry()).isNull();
    store = roomy;
    api().close();
    assertThat(keyOf(CHECK)).isNotEmpty();
    assertThat(stored(StoreFormat.KEY)).isNotEmpty();
    assertThat(stored(PAGE_SECRET)).isNotEmpty();
  }

  @Test
  void aNewKeyOnTopOfTheOldOneIsTheKeyFromThenOn() throws Exception {
    String old = Files.readString(key());
    String needed = keyOf(CHECK);
    OpenedStore.over(new MemoryKvStore(seam), copy, seam).close();
    Files.writeString(key(), Files.readString(copy.resolve("encryption.key")) + old);
    try (Api api = api()) {
      assertThat(api.secrets().get(Api.get("default", "login")).getDataCount()).isEqualTo(1);
    }
    assertThat(keyOf(CHECK)).isNotEqualTo(needed);
  }

  @Test
  void anEmptiedStoreIsNotANewCluster() throws Exception {
    String id = Files.readString(data.resolve("cluster-id")).strip();
    store.close();
    store = new MemoryKvStore(seam);
    assertThatThrownBy(this::opened)
        .isInstanceOf(StoreException.Unusable.class)
        .hasMessage(
            "%s is empty, and %s belongs to cluster %s: bring back its data, or use another data folder. To go on without it: echo cluster-%s >> %s"
                .formatted(store.describe(), data, id, id, data.resolve("accept-loss")));
    accept("cluster-" + id);
    api().close();
    assertThat(Files.readString(data.resolve("cluster-id")).strip()).isNotEqualTo(id);
  }

  @Test
  void anotherClustersStoreIsRefused() throws Exception {
    store.close();
    store = new MemoryKvStore(seam);
    String other;
    try (Api api = Api.over(new SharedStore(store))) {
      other = api.server.clusterId();
    }
    assertThatThrownBy(this::opened)
        .isInstanceOf(StoreException.Unusable.class)
        .hasMessageContaining("holds cluster " + other + ", and " + data + " belongs to cluster ");
  }

  private void format(String mark) {
    Unreadable.write(store, StoreFormat.KEY, mark.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void aStoreOfANewerFormatIsNotServed() throws Exception {
    assertThat(new String(stored(StoreFormat.KEY), StandardCharsets.US_ASCII)).isEqualTo("1 0.1.0");
    try (Api api = api()) {
      format("2 0.3.0");
      String refusal =
          store.describe()
              + " is of format 2, which Capstan 0.3.0 and later read; this is 0.1.0, which reads formats up to 1: start Capstan 0.3.0 or later";
      assertThat(api.server.notReady(seam)).isEqualTo(refusal);
      assertThatThrownBy(this::api).isInstanceOf(StartException.class).hasMessage(refusal);
    }
    format("what?");
    assertThatThrownBy(this::api)
        .isInstanceOf(StartException.class)
        .hasMessageContaining("the value of /capstan/server/format cannot be read");
  }
}
