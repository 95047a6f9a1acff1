package dev.capstan.e2e.sim.check;

import dev.capstan.api.v1.Fence;
import dev.capstan.kvstore.KvStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fences of leases: which epoch of each may write. */
final class Fencing {

  private static final String PREFIX = "/capstan/fence/";

  /** Revision of the newest fence, by "namespace/name" of the lease. */
  private final Map<String, Long> current = new HashMap<>();

  /** Takes note of fences; after a revision's edits have been judged. */
  void take(long revision, List<KvStore.Change> changes) {
    for (KvStore.Change change : changes) {
      if (change.key().startsWith(PREFIX)) {
        current.put(change.key().substring(PREFIX.length()), revision);
      }
    }
  }

  /** True if a write asked for may take effect now: it has no fence, or the newest. */
  boolean allows(Want want) {
    if (!want.op().options().hasFence()) {
      return true;
    }
    Fence fence = want.op().options().getFence();
    return want.epoch() == current.getOrDefault(fence.getNamespace() + "/" + fence.getName(), -1L);
  }

  /** The revision of the epoch that may write for the lease a want names. */
  long current(Want want) {
    Fence fence = want.op().options().getFence();
    return current.getOrDefault(fence.getNamespace() + "/" + fence.getName(), -1L);
  }
}
