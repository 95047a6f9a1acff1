package dev.capstan.apiserver.write;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.Fence;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.kvstore.GroupCommit.Result.Refused;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fence keys: one beside each lease, written at every acquisition. A leader's write compares its
 * revision, so that a leader that was deposed while it slept cannot write.
 */
final class Fences {

  private static final String PREFIX = StoreKeys.ROOT + "fence/";

  private final ValueCodec codec;

  Fences(ValueCodec codec) {
    this.codec = codec;
  }

  /** The fence key of a lease. */
  static String key(String namespace, String name) {
    return PREFIX + namespace + "/" + name;
  }

  /** The compare that a fenced write carries; empty for a write without a fence. */
  static Optional<Txn.Compare> compare(WriteOptions options) {
    if (!options.hasFence()) {
      return Optional.empty();
    }
    Fence fence = options.getFence();
    return Optional.of(
        new Txn.Compare.ModRevision(
            key(fence.getNamespace(), fence.getName()), revision(fence.getEpoch())));
  }

  private static long revision(String epoch) {
    try {
      return ResourceVersions.revision(epoch);
    } catch (IllegalArgumentException e) {
      throw ApiErrors.badRequest("options.fence.epoch", "must be the epoch of a lease");
    }
  }

  /** Throws FAILED_PRECONDITION if the fence is why a transaction was refused. */
  void check(WriteOptions options, Refused refused) {
    Txn.Compare compare = compare(options).orElse(null);
    if (compare == null) {
      return;
    }
    KvStore.Entry entry = refused.current(compare.key());
    if (!compare.holds(entry)) {
      Fence fence = options.getFence();
      throw ApiErrors.fenced(
          fence.getNamespace() + "/" + fence.getName(), fence.getEpoch(), epoch(entry));
    }
  }

  /** Empty if there is none, or none that can be read. */
  private String epoch(KvStore.@Nullable Entry entry) {
    try {
      return entry == null
          ? ""
          : ResourceVersions.of(entry.modRevision(), codec.decode(entry).slot());
    } catch (StoreException.Corrupt e) {
      return ""; // The caller's is over in any case.
    }
  }
}
