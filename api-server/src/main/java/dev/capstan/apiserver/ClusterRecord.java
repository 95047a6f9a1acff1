package dev.capstan.apiserver;

import dev.capstan.api.Kind;
import dev.capstan.api.WellKnown;
import dev.capstan.apiserver.cache.ObjectDecoder;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.kinds.ServedKinds;
import dev.capstan.kvstore.AcceptedLosses;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.ValueCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Which cluster a data folder belongs to: the file {@code cluster-id} beside the keys. A store that
 * holds no cluster, or another one, is not begun anew without a word.
 */
record ClusterRecord(Path folder, AcceptedLosses losses) {

  private Path file() {
    return folder.resolve("cluster-id");
  }

  /**
   * Compares with what the store holds, if the folder belongs to a cluster.
   *
   * @throws StoreException.Unusable if that is not this cluster
   */
  void check(KvStore store) throws IOException {
    String recorded = read();
    if (recorded.isEmpty()) {
      return;
    }
    String found;
    try {
      found = identity(store);
    } catch (StoreException.Unreadable e) {
      return; // Something is there; who starts on it says what is wrong.
    }
    if (!found.equals(recorded)) {
      String holds = found.isEmpty() ? "is empty" : "holds cluster " + found;
      losses.require(
          loss(recorded),
          "%s %s, and %s belongs to cluster %s: bring back its data, or use another data folder"
              .formatted(store.describe(), holds, folder, recorded));
    }
  }

  private static String loss(String clusterId) {
    return "cluster-" + clusterId;
  }

  private String read() throws IOException {
    try {
      return Files.readString(file()).strip();
    } catch (NoSuchFileException e) {
      return "";
    }
  }

  /** The uid of kube-system, empty if there is none. */
  private static String identity(KvStore store) {
    ServedKinds kinds = ServedKinds.builtin();
    Kind namespace = kinds.registry().require("Namespace");
    KvStore.Entry entry =
        store.get(StoreKeys.of(namespace, "", WellKnown.NAMESPACE_SYSTEM)).entry();
    StoredObject object =
        entry == null ? null : new ObjectDecoder(kinds, ValueCodec.plain()).decode(entry);
    return object == null ? "" : object.metadata().getUid();
  }

  /** Notes that the folder belongs to this cluster. */
  void write(String clusterId) throws IOException {
    String before = read();
    if (!before.equals(clusterId)) {
      Path aside = folder.resolve(".cluster-id");
      Files.writeString(aside, clusterId + "\n");
      Files.move(
          aside,
          file(),
          java.nio.file.StandardCopyOption.ATOMIC_MOVE,
          java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      losses.happened(loss(before));
    }
  }
}
