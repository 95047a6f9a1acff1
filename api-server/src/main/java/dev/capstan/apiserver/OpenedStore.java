package dev.capstan.apiserver;

import dev.capstan.api.KindRegistry;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.kvstore.EncryptionKeys;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The store that the options ask for, and how its values are written. */
record OpenedStore(KvStore store, ValueCodec codec) implements AutoCloseable {

  static OpenedStore open(Options options, Seam seam) {
    return switch (options.store) {
      case memory -> new OpenedStore(new MemoryKvStore(seam), ValueCodec.plain());
      case embedded, etcd ->
          throw new StartException("--store " + options.store + " is not built in");
    };
  }

  /** Secrets are encrypted with a key that lies in the data folder, apart from what it protects. */
  static ValueCodec encrypting(Path data, Seam seam) {
    String secrets = StoreKeys.prefix(KindRegistry.builtin().require("Secret"));
    try {
      EncryptionKeys keys =
          EncryptionKeys.loadOrCreate(data.resolve("encryption.key"), seam.random());
      return ValueCodec.encrypting(keys, List.of(secrets), seam.random());
    } catch (IOException e) {
      throw new StartException("the key file in " + data + " cannot be used: " + e);
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
