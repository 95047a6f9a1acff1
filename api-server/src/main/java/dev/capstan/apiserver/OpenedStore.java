package dev.capstan.apiserver;

import dev.capstan.api.KindRegistry;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.kvstore.EncryptionKeys;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.etcd.EtcdKvStore;
import dev.capstan.kvstore.etcd.EtcdOptions;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.kvstore.sqlite.SqliteKvStore;
import dev.capstan.seam.Seam;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store that the options ask for, and how its values are written. */
record OpenedStore(KvStore store, ValueCodec codec) implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OpenedStore.class);

  /** How long etcd may take to answer when the server starts. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  static OpenedStore open(Options options, Seam seam) throws InterruptedException {
    try {
      return switch (options.store) {
        case memory -> new OpenedStore(new MemoryKvStore(seam), ValueCodec.plain());
        case embedded -> {
          Path data = options.dataFolder();
          yield new OpenedStore(new SqliteKvStore(data, seam), encrypting(data, seam));
        }
        case etcd -> {
          Path data = options.dataFolder();
          yield new OpenedStore(etcd(options, seam), encrypting(data, seam));
        }
      };
    } catch (StoreException | IllegalArgumentException e) {
      throw new StartException("the store cannot be opened: " + e.getMessage());
    }
  }

  private static KvStore etcd(Options options, Seam seam) throws InterruptedException {
    List<String> endpoints = List.of(options.etcdEndpoints.split(","));
    long deadline = seam.clock().deadline(PATIENCE);
    while (true) {
      try {
        return new EtcdKvStore(EtcdOptions.of(endpoints).withQuota(options.etcdQuota), seam);
      } catch (StoreException.Unavailable e) {
        if (seam.clock().nanoTime() - deadline > 0) {
          throw e;
        }
        log.warn("waiting for etcd: {}", e.getMessage());
        seam.clock().sleep(Duration.ofSeconds(1));
      }
    }
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
