package dev.capstan.apiserver.cache;

import dev.capstan.api.Kind;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything at one revision. Immutable: who holds one reads all kinds at the same instant for as
 * long as it likes.
 *
 * @param revision the store's revision
 * @param tables by name of the kind; kinds without objects may be missing
 */
public record Snapshot(long revision, Map<String, KindTable> tables) {

  static Snapshot empty(long revision) {
    return new Snapshot(revision, Map.of());
  }

  /** The objects of a kind. */
  public KindTable table(Kind kind) {
    return tables.getOrDefault(kind.name(), KindTable.empty());
  }

  /** One object, or null. */
  public @Nullable CachedObject get(Kind kind, String namespace, String name) {
    return table(kind).get(CachedObject.key(namespace, name));
  }

  /** Number of objects of all kinds. */
  long size() {
    return tables.values().stream().mapToLong(KindTable::size).sum();
  }

  /** The same objects at a later revision, in which nothing of ours changed. */
  Snapshot at(long later) {
    return new Snapshot(later, tables);
  }

  /** Changes many objects and becomes a snapshot again. */
  Builder change() {
    return new Builder(new LinkedHashMap<>(tables));
  }

  /** A snapshot in the making. */
  static final class Builder {
    private final Map<String, KindTable> tables;

    private Builder(Map<String, KindTable> tables) {
      this.tables = tables;
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

    Snapshot build(long revision) {
      return new Snapshot(revision, tables);
    }

    private KindTable table(Kind kind) {
      return tables.getOrDefault(kind.name(), KindTable.empty());
    }
  }
}
