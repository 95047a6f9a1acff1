package dev.capstan.client.cache;

import com.google.protobuf.Message;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The objects of one kind with their indexes and tallies. Immutable. */
final class KindCache<T extends Message> {

  private final ObjectType<T> type;
  private final PersistentMap<ObjectKey, T> objects;
  private final List<IndexedKeys<T>> indexed;

  private KindCache(
      ObjectType<T> type, PersistentMap<ObjectKey, T> objects, List<IndexedKeys<T>> indexed) {
    this.type = type;
    this.objects = objects;
    this.indexed = indexed;
  }

  static <T extends Message> KindCache<T> empty(
      ObjectType<T> type, List<Index<T>> indexes, List<Tally<T, ?>> tallies) {
    for (Tally<T, ?> tally : tallies) {
      if (!indexes.contains(tally.index())) {
        throw new IllegalArgumentException("the index of " + tally + " is missing");
      }
    }
    return new KindCache<>(
        type,
        PersistentMap.empty(),
        indexes.stream().map(index -> IndexedKeys.empty(index, tallies)).toList());
  }

  KindCache<T> cleared() {
    List<IndexedKeys<T>> none = indexed.stream().map(IndexedKeys::cleared).toList();
    return new KindCache<>(type, PersistentMap.empty(), none);
  }

  ObjectType<T> type() {
    return type;
  }

  int size() {
    return objects.size();
  }

  @Nullable T get(ObjectKey key) {
    return objects.get(key);
  }

  List<T> all() {
    return objects.values();
  }

  List<T> inNamespace(String namespace) {
    return objects.range(key -> key.namespace().compareTo(namespace));
  }

  List<T> by(Index<T> index, String value) {
    List<ObjectKey> keys = indexed(index).keys(value);
    List<T> found = new ArrayList<>(keys.size());
    keys.forEach(key -> found.add(Objects.requireNonNull(objects.get(key))));
    return found;
  }

  boolean has(Index<T> index, String value) {
    return indexed(index).has(value);
  }

  <S extends Sum<S>> S sum(Tally<T, S> tally, String value) {
    return indexed(tally.index()).sums(tally).at(value);
  }

  private IndexedKeys<T> indexed(Index<T> index) {
    for (IndexedKeys<T> each : indexed) {
      if (each.index() == index) {
        return each;
      }
    }
    throw new IllegalArgumentException("the informers were not given the index " + index);
  }

  KindCache<T> with(T object) {
    ObjectKey key = type.key(object);
    return changed(key, get(key), object);
  }

  /**
   * After an object has changed, appeared or vanished.
   *
   * @param before what {@link #get} says
   */
  KindCache<T> changed(ObjectKey key, @Nullable T before, @Nullable T after) {
    List<IndexedKeys<T>> changed = new ArrayList<>(indexed.size());
    indexed.forEach(each -> changed.add(each.changed(key, before, after)));
    return new KindCache<>(
        type, after == null ? objects.without(key) : objects.with(key, after), changed);
  }
}
