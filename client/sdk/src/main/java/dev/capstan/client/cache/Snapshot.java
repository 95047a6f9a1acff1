package dev.capstan.client.cache;

import com.google.protobuf.Message;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The watched part of the cluster, whole at one revision. Immutable; may be kept.
 *
 * <p>Asking for a kind, an index or a tally that the informers were not given throws
 * IllegalArgumentException.
 */
public final class Snapshot {

  private final String version;
  private final Map<String, KindCache<?>> kinds;

  /**
   * @param kinds by name; not changed any more
   */
  Snapshot(String version, Map<String, KindCache<?>> kinds) {
    this.version = version;
    this.kinds = kinds;
  }

  /** Everything up to this version is in here, nothing after it; empty before the first list. */
  public String version() {
    return version;
  }

  /** The object, if there is one. */
  public <T extends Message> Optional<T> find(ObjectType<T> type, ObjectKey key) {
    return Optional.ofNullable(cache(type).get(key));
  }

  /** The object, if there is one. */
  public <T extends Message> Optional<T> find(ObjectType<T> type, String namespace, String name) {
    return find(type, new ObjectKey(namespace, name));
  }

  /** All objects of a kind, by namespace and name. O(n). */
  public <T extends Message> List<T> list(ObjectType<T> type) {
    return cache(type).all();
  }

  /** The objects of a kind in a namespace, by name. O(result). */
  public <T extends Message> List<T> list(ObjectType<T> type, String namespace) {
    return cache(type).inNamespace(namespace);
  }

  /**
   * The objects that an index finds under {@code value}, by namespace and name. O(result · log n).
   */
  public <T extends Message> List<T> by(Index<T> index, String value) {
    return cache(index.type()).by(index, value);
  }

  /** Whether an index finds anything under {@code value}. O(log n). */
  public <T extends Message> boolean has(Index<T> index, String value) {
    return cache(index.type()).has(index, value);
  }

  /** The sum over the objects that the tally's index finds under {@code value}. O(log n). */
  public <T extends Message, S extends Sum<S>> S tally(Tally<T, S> tally, String value) {
    return cache(tally.index().type()).sum(tally, value);
  }

  /** Number of objects of a kind. */
  public int count(ObjectType<?> type) {
    return cache(type).size();
  }

  @SuppressWarnings("unchecked") // A cache is stored under its own type's name.
  <T extends Message> KindCache<T> cache(ObjectType<T> type) {
    KindCache<?> cache = kinds.get(type.name());
    if (cache == null) {
      throw new IllegalArgumentException("the informers do not watch " + type);
    }
    return (KindCache<T>) cache;
  }

  Map<String, KindCache<?>> kinds() {
    return kinds;
  }
}
