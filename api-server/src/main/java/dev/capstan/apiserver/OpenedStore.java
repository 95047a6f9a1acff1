package dev.capstan.apiserver;

import dev.capstan.kvstore.AcceptedLosses;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The store that the options ask for, and how its values are written.
 *
 * @param cluster which cluster its data folder belongs to; null if it has none
 */
record OpenedStore(KvStore store, ValueCodec codec, @Nullable ClusterRecord cluster)
    implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(OpenedStore.class);

  /** How long etcd may take to answer when the server starts. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  static OpenedStore open(Options options, Seam seam) throws InterruptedException {
    try {
      return switch (options.store) {
        case memory -> new OpenedStore(new MemoryKvStore(seam), ValueCodec.plain(), null);
        case embedded -> {
          Path data = options.dataFolder();
          yield over(new SqliteKvStore(data, seam), data, seam);
        }
        case etcd -> {
          Path data = options.dataFolder();
          yield over(etcd(options, seam), data, seam);
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
        return new EtcdKvStore(
            EtcdOptions.of(endpoints).withQuota(options.etcdQuota).withDisk(options.etcdDisk),
            seam);
      } catch (StoreException.Unavailable e) {
        if (seam.clock().nanoTime() - deadline > 0) {
          throw e;
        }
        log.warn("waiting for etcd: {}", e.getMessage());
        seam.clock().sleep(Duration.ofSeconds(1));
      }
    }
  }

  /**
   * A store whose cluster and key are known to be those of the data folder. Secrets are encrypted
   * with a key that lies there, apart from what it protects.
   */
  static OpenedStore over(KvStore store, Path data, Seam seam) {
    try {
      AcceptedLosses losses = new AcceptedLosses(data);
      ClusterRecord cluster = new ClusterRecord(data, losses);
      cluster.check(store);
      Path keys = data.resolve("encryption.key");
      return new OpenedStore(
          store, new KeyCheck(store, keys, losses, seam.random()).codec(), cluster);
    } catch (IOException e) {
      store.close();
      throw new StartException("the files in " + data + " cannot be used: " + e);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /** Notes in the data folder which cluster it belongs to. */
  void record(String clusterId) {
    try {
      if (cluster != null) {
        cluster.write(clusterId);
      }
    } catch (IOException e) {
      throw new StartException("the data folder cannot be written: " + e);
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
