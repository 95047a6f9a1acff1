package dev.capstan.apiserver;

import dev.capstan.api.KindRegistry;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.kvstore.AcceptedLosses;
import dev.capstan.kvstore.EncryptionKeys;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.WriteId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether the key file is the one that the store's Secrets were encrypted with, before
 * anything is read or written with another: the store keeps a value that is encrypted as they are.
 */
final class KeyCheck {

  private static final String KEY = StoreKeys.ROOT + "server/key-check";
  private static final String SECRETS = StoreKeys.prefix(KindRegistry.builtin().require("Secret"));

  private final KvStore store;
  private final Path file;
  private final AcceptedLosses losses;
  private final RandomGenerator random;

  /**
   * @param file the key file, which is made if it is missing and no other is
   */
  KeyCheck(KvStore store, Path file, AcceptedLosses losses, RandomGenerator random) {
    this.store = store;
    this.file = file;
    this.losses = losses;
    this.random = random;
  }

  /**
   * How values are written: Secrets encrypted with the first key of the file.
   *
   * @throws dev.capstan.kvstore.StoreException.Unusable if the key of the store's Secrets is
   *     missing
   */
  ValueCodec codec() throws IOException {
    KvStore.Entry sealed = sealed();
    String needed = sealed == null ? "" : ValueCodec.keyId(sealed.value());
    if (!needed.isEmpty() && !Files.exists(file)) {
      losses.require(
          "key-" + needed, "the key file %s is missing: %s".formatted(file, putBack(needed)));
    }
    EncryptionKeys keys = EncryptionKeys.loadOrCreate(file, random);
    if (!needed.isEmpty() && !keys.ids().contains(needed)) {
      losses.require(
          "key-" + needed,
          "the key file %s is another one, of key %s: %s"
              .formatted(file, String.join(", ", keys.ids()), putBack(needed)));
    }
    ValueCodec codec = ValueCodec.encrypting(keys, List.of(SECRETS, KEY), random);
    boolean isNew = sealed == null || !sealed.key().equals(KEY);
    if (isNew || !needed.equals(keys.ids().getFirst())) {
      return write(codec, isNew ? null : sealed) ? codec : codec(); // Another server was quicker.
    }
    return codec;
  }

  private static String putBack(String needed) {
    return "the Secrets in the store were encrypted with key %s, put back the file that holds it"
        .formatted(needed);
  }

  /** The check; any Secret in a store of a version that wrote no check; null if there is none. */
  private KvStore.@Nullable Entry sealed() {
    KvStore.Entry check = store.get(KEY).entry();
    if (check != null) {
      return check;
    }
    List<KvStore.Entry> secrets =
        store.range(new KvStore.RangeRequest(SECRETS, "", 1, 0, false)).entries();
    return secrets.isEmpty() ? null : secrets.getFirst();
  }

  private boolean write(ValueCodec codec, KvStore.@Nullable Entry before) {
    byte[] value =
        codec.encode(KEY, "check".getBytes(StandardCharsets.US_ASCII), WriteId.random(random), 0);
    Txn.Compare unchanged =
        before == null
            ? new Txn.Compare.Absent(KEY)
            : new Txn.Compare.ModRevision(KEY, before.modRevision());
    Txn txn = new Txn(List.of(unchanged), List.of(new Txn.Op.Put(KEY, value)));
    return store.commit(new Group(List.of(txn))).outcomes().getFirst()
        instanceof KvStore.Outcome.Committed;
  }
}
