package dev.capstan.apiserver.cache;

import dev.capstan.api.Kind;
import dev.capstan.kvstore.StoreException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything at one revision. Immutable: who holds one reads all kinds at the same instant for as
 * long as it likes.
 *
 * @param revision the store's revision
 * @param tables by name of the kind; kinds without objects may be missing. An object whose value
 *     cannot be read is there as it was last read, if that is known
 * @param unreadable whose values cannot be read
 */
public record Snapshot(long revision, Map<String, KindTable> tables, UnreadableKeys unreadable) {

  static Snapshot empty(long revision) {
    return new Snapshot(revision, Map.of(), UnreadableKeys.NONE);
  }

  /** The objects of a kind. */
  public KindTable table(Kind kind) {
    return tables.getOrDefault(kind.name(), KindTable.empty());
  }

  /** One object as it was last read, or null. */
  public @Nullable CachedObject lastRead(Kind kind, String namespace, String name) {
    return table(kind).get(CachedObject.key(namespace, name));
  }

  /**
   * One object, or null if there is none.
   *
   * @throws StoreException.Unreadable if it is there and cannot be read
   */
  public @Nullable CachedObject get(Kind kind, String namespace, String name) {
    String key = CachedObject.key(namespace, name);
    StoreException.Unreadable why = unreadable.of(kind, key);
    if (why != null) {
      throw why;
    }
    return table(kind).get(key);
  }

  /** Number of objects of all kinds. */
  long size() {
    return tables.values().stream().mapToLong(KindTable::size).sum();
  }

  /** The same objects at a later revision, in which nothing of ours changed. */
  Snapshot at(long later) {
    return new Snapshot(later, tables, unreadable);
  }

  /** Changes many objects and becomes a snapshot again. */
  Builder change() {
    return new Builder(new LinkedHashMap<>(tables), unreadable);
  }

  /** A snapshot in the making. */
  static final class Builder {
    private final Map<String, KindTable> tables;
    private final UnreadableKeys.Changed unreadable;

    private Builder(Map<String, KindTable> tables, UnreadableKeys unreadable) {
      this.tables = tables;
      this.unreadable = unreadable.change();
    }

    /**
     * @param old the object's state so far, as in here; null if it is new
     */
    void put(CachedObject object, @Nullable CachedObject old) {
      Kind kind = object.object().kind();
      tables.put(kind.name(), table(kind).put(object, old));
    }

    /**
     * @param old the object's state so far, as in here
     */
    void remove(CachedObject old) {
      Kind kind = old.object().kind();
      tables.put(kind.name(), table(kind).remove(old));
    }

    /** The object's value cannot be read; the object stays as it was. */
    void unreadable(StoreKeys.Place place, StoreException.Unreadable why) {
      unreadable.put(new UnreadableKeys.Value(place, why));
    }

    /** The object's value can be read, or is gone; true if it was unreadable. */
    boolean readable(Kind kind, String key) {
      return unreadable.remove(kind, key);
    }

    Snapshot build(long revision) {
      return new Snapshot(revision, tables, unreadable.build());
    }

    private KindTable table(Kind kind) {
      return tables.getOrDefault(kind.name(), KindTable.empty());
    }
  }
}
