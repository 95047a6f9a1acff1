package dev.capstan.apiserver.read;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.apiserver.cache.CachedObject;
import dev.capstan.apiserver.cache.ObjectDecoder;
import dev.capstan.apiserver.cache.Snapshot;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.cache.WatchCache;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link Objects} of the watch cache and, where the present counts, of the store. */
public final class CachedObjects implements Objects {

  private final WatchCache cache;
  private final KvStore store;
  private final ObjectDecoder decoder;
  private final FreshReads reads;

  public CachedObjects(WatchCache cache, KvStore store, ObjectDecoder decoder, FreshReads reads) {
    this.cache = cache;
    this.store = store;
    this.decoder = decoder;
    this.reads = reads;
  }

  @Override
  public @Nullable StoredObject cached(Kind kind, String namespace, String name) {
    CachedObject object = cache.newest(kind, namespace, name);
    return object == null ? null : object.object();
  }

  @Override
  public @Nullable StoredObject current(Kind kind, String namespace, String name) {
    KvStore.Entry entry = entry(StoreKeys.of(kind, namespace, name));
    return entry == null ? null : decoder.decode(entry);
  }

  private KvStore.@Nullable Entry entry(String key) {
    try {
      return store.get(key).entry();
    } catch (StoreException e) {
      throw ApiErrors.unavailable("the store cannot be read: " + e.getMessage());
    }
  }

  @Override
  public List<StoredObject> ownedBy(Kind kind, String namespace, String ownerUid) {
    List<StoredObject> owned = new ArrayList<>();
    Snapshot now = fresh();
    now.unreadable().refuseAmong(kind, key -> key.startsWith(namespace + "/"));
    for (CachedObject object : now.table(kind).ownedBy(ownerUid)) {
      if (object.object().namespace().equals(namespace)) {
        owned.add(object.object());
      }
    }
    return owned;
  }

  private Snapshot fresh() {
    try {
      return reads.snapshot();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ApiErrors.unavailable("the server is stopping");
    }
  }
}
