package dev.capstan.apiserver.cache;

import dev.capstan.api.Kind;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The newest state of every object by its key. The same is in the newest {@link Snapshot}, but
 * there it takes a dozen comparisons of texts, each somewhere else in memory, and every write asks
 * twice.
 *
 * <p>Changed by one thread at a time, just before the snapshot with the change is published: who
 * asks others may see an object one revision before its neighbours.
 */
final class Newest {

  private final Map<String, Map<String, CachedObject>> kinds = new ConcurrentHashMap<>();

  @Nullable CachedObject get(Kind kind, String key) {
    Map<String, CachedObject> objects = kinds.get(kind.name());
    return objects == null ? null : objects.get(key);
  }

  void apply(Revision revision) {
    for (CacheEvent event : revision.events()) {
      if (event.current() == null) {
        of(event.any()).remove(event.any().key());
      } else {
        put(event.current());
      }
    }
  }

  private void put(CachedObject object) {
    of(object).put(object.key(), object);
  }

  private Map<String, CachedObject> of(CachedObject object) {
    return kinds.computeIfAbsent(object.object().kind().name(), kind -> new ConcurrentHashMap<>());
  }

  /** Begins anew with these objects. */
  void load(Snapshot snapshot) {
    kinds.clear();
    snapshot.tables().values().forEach(table -> table.under("", "").forEach(this::put));
  }

  void clear() {
    kinds.clear();
  }
}
