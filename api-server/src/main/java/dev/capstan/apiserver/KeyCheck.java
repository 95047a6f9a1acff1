package dev.capstan.apiserver;

import dev.capstan.api.KindRegistry;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.kvstore.AcceptedLosses;
import dev.capstan.kvstore.EncryptionKeys;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether the key file is the one that the store's Secrets were encrypted with, before
 * anything is read or written with another: the store keeps a value that is encrypted as they are.
 */
final class KeyCheck {

  private static final String KEY = StoreKeys.ROOT + "server/key-check";
  private static final String SECRETS = StoreKeys.prefix(KindRegistry.builtin().require("Secret"));

  private static final int PAGE = 500;

  private static final String UNREADABLE =
      "the value of %s cannot be read, and no Secret tells which key they are encrypted with: put it back"
          .formatted(KEY);

  private static final Logger log = LoggerFactory.getLogger(KeyCheck.class);

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
   * @throws StoreException.Unusable if the key of the store's Secrets is missing, or nobody knows
   *     which that is
   */
  ValueCodec codec() throws IOException {
    KvStore.Entry check = store.get(KEY).entry();
    String told = check == null ? "" : ValueCodec.keyId(check.value());
    String needed = told.isEmpty() ? keyOfNewestSecret() : told;
    String loss = loss(check, needed);
    EncryptionKeys keys = EncryptionKeys.loadOrCreate(file, random);
    ValueCodec codec = ValueCodec.encrypting(keys, List.of(SECRETS, KEY), random);
    try {
      if (!told.equals(keys.ids().getFirst()) && !write(codec, check)) {
        return codec(); // Another server was quicker.
      }
      if (!loss.isEmpty()) {
        losses.happened(loss);
      }
    } catch (StoreException.OutOfSpace e) {
      // Whoever is to make room needs a server: the next start writes it.
      log.warn("{} is not written: {}", KEY, e.getMessage());
    }
    return codec;
  }

  /** What is lost and was accepted; empty if nothing is. */
  private String loss(KvStore.@Nullable Entry check, String needed) throws IOException {
    String what = needed.isEmpty() ? (check == null ? "" : UNREADABLE) : missing(needed);
    if (what.isEmpty()) {
      return "";
    }
    String loss = needed.isEmpty() ? "key-check" : "key-" + needed;
    losses.require(loss, what);
    return loss;
  }

  /** What is wrong with the key file if it does not hold this key; empty if it does. */
  private String missing(String needed) throws IOException {
    if (!Files.exists(file)) {
      return "the key file %s is missing: %s".formatted(file, putBack(needed));
    }
    List<String> ids = EncryptionKeys.loadOrCreate(file, random).ids();
    return ids.contains(needed)
        ? ""
        : "the key file %s is another one, of key %s: %s"
            .formatted(file, String.join(", ", ids), putBack(needed));
  }

  private static String putBack(String needed) {
    return "the Secrets in the store were encrypted with key %s, put back the file that holds it"
        .formatted(needed);
  }

  /**
   * Where the check says nothing: it is damaged, or of a version that wrote none. Empty if no
   * Secret is encrypted.
   */
  private String keyOfNewestSecret() {
    String id = "";
    long newest = 0;
    String after = "";
    boolean more = true;
    while (more) {
      KvStore.RangeResult page =
          store.range(new KvStore.RangeRequest(SECRETS, after, PAGE, 0, false));
      for (KvStore.Entry secret : page.entries()) {
        String found = ValueCodec.keyId(secret.value());
        if (!found.isEmpty() && secret.modRevision() > newest) {
          id = found;
          newest = secret.modRevision();
        }
        after = secret.key();
      }
      more = page.more();
    }
    return id;
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
