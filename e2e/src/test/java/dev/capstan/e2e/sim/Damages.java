package dev.capstan.e2e.sim;

import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.memory.MemoryKvStore;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Values in the store that nobody can read, until they are mended: what stood there is put back,
 * unless somebody has deleted it meanwhile.
 */
final class Damages {

  private static final byte[] NOT_OURS = "not ours".getBytes(StandardCharsets.UTF_8);

  private final MemoryKvStore store;
  private final Observer observer;

  /** What stood under each damaged key. */
  private final Map<String, KvStore.Entry> whole = new LinkedHashMap<>();

  /** At which revision it was damaged. */
  private final Map<String, Long> damagedAt = new LinkedHashMap<>();

  Damages(MemoryKvStore store, Observer observer) {
    this.store = store;
    this.observer = observer;
  }

  /** True if there was something to damage. */
  boolean damage(String key) {
    KvStore.Entry entry = store.get(key).entry();
    if (entry == null || whole.containsKey(key)) {
      return false;
    }
    whole.put(key, entry);
    damagedAt.put(key, put(key, NOT_OURS, "is damaged"));
    return true;
  }

  void mend(String key) {
    KvStore.Entry before = whole.remove(key);
    Long revision = damagedAt.remove(key);
    KvStore.Entry now = store.get(key).entry();
    boolean asItWas = now != null && revision != null && now.modRevision() == revision;
    if (before != null && asItWas) {
      put(key, before.value(), "is mended");
    }
  }

  void mendAll() {
    List.copyOf(whole.keySet()).forEach(this::mend);
  }

  private long put(String key, byte[] value, String what) {
    Txn write = new Txn(List.of(), List.of(new Txn.Op.Put(key, value)));
    long revision = store.commit(new Group(List.of(write))).revision();
    KvStore.Entry now = store.get(key).entry();
    if (now != null) {
      observer.tampered(revision, new KvStore.Change.Put(now), what);
    }
    return revision;
  }
}
