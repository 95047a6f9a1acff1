package dev.capstan.client.cache;

import com.google.protobuf.Message;
import dev.capstan.client.ObjectType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes snapshots by hand: how tests feed a pure {@code decide}. */
public final class SnapshotBuilder {

  private final Map<String, KindCache<?>> kinds = new LinkedHashMap<>();

  /** Adds a kind with its indexes. Before its objects. */
  public <T extends Message> SnapshotBuilder kind(ObjectType<T> type, List<Index<T>> indexes) {
    return kind(type, indexes, List.of());
  }

  /** Adds a kind with its indexes and tallies over them. Before its objects. */
  public <T extends Message> SnapshotBuilder kind(
      ObjectType<T> type, List<Index<T>> indexes, List<Tally<T, ?>> tallies) {
    kinds.put(type.name(), KindCache.empty(type, indexes, tallies));
    return this;
  }

  /** Adds or replaces an object, of a kind that was added. */
  @SuppressWarnings("unchecked") // A cache is stored under its own type's name.
  public <T extends Message> SnapshotBuilder put(ObjectType<T> type, T object) {
    KindCache<T> cache = (KindCache<T>) kinds.get(type.name());
    if (cache == null) {
      throw new IllegalArgumentException("add the kind " + type + " first");
    }
    kinds.put(type.name(), cache.with(object));
    return this;
  }

  /** The snapshot at this version; the builder may be used on. */
  public Snapshot at(String version) {
    return new Snapshot(version, new LinkedHashMap<>(kinds));
  }
}
