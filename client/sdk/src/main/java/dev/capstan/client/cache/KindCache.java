package dev.capstan.client.cache;

import com.google.protobuf.Message;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The objects of one kind with their indexes. Immutable. */
final class KindCache<T extends Message> {

  /** An object under one of its values in an index. */
  private record Entry(String value, ObjectKey key) {
    static final Comparator<Entry> ORDER =
        Comparator.comparing(Entry::value).thenComparing(Entry::key);
  }

  private final ObjectType<T> type;
  private final List<Index<T>> indexes;
  private final PersistentMap<ObjectKey, T> objects;
  private final List<PersistentMap<Entry, T>> indexed;

  private KindCache(
      ObjectType<T> type,
      List<Index<T>> indexes,
      PersistentMap<ObjectKey, T> objects,
      List<PersistentMap<Entry, T>> indexed) {
    this.type = type;
    this.indexes = indexes;
    this.objects = objects;
    this.indexed = indexed;
  }

  static <T extends Message> KindCache<T> empty(ObjectType<T> type, List<Index<T>> indexes) {
    List<PersistentMap<Entry, T>> indexed = new ArrayList<>();
    indexes.forEach(i -> indexed.add(PersistentMap.empty(Entry.ORDER)));
    return new KindCache<>(
        type,
        List.copyOf(indexes),
        PersistentMap.empty(Comparator.<ObjectKey>naturalOrder()),
        List.copyOf(indexed));
  }

  KindCache<T> cleared() {
    return empty(type, indexes);
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

  List<ObjectKey> keys() {
    return objects.keys();
  }

  List<T> inNamespace(String namespace) {
    return objects.range(key -> key.namespace().compareTo(namespace));
  }

  List<T> by(Index<T> index, String value) {
    int at = indexes.indexOf(index);
    if (at < 0) {
      throw new IllegalArgumentException("the informers were not given the index " + index);
    }
    return indexed.get(at).range(entry -> entry.value().compareTo(value));
  }

  KindCache<T> with(T object) {
    ObjectKey key = type.key(object);
    T before = objects.get(key);
    List<PersistentMap<Entry, T>> changed = new ArrayList<>(indexed.size());
    for (int i = 0; i < indexes.size(); i++) {
      Collection<String> values = values(i, object);
      PersistentMap<Entry, T> map = dropped(i, key, before, values);
      for (String value : values) {
        map = map.with(new Entry(value, key), object);
      }
      changed.add(map);
    }
    return new KindCache<>(type, indexes, objects.with(key, object), List.copyOf(changed));
  }

  KindCache<T> without(ObjectKey key) {
    T before = objects.get(key);
    if (before == null) {
      return this;
    }
    List<PersistentMap<Entry, T>> changed = new ArrayList<>(indexed.size());
    for (int i = 0; i < indexes.size(); i++) {
      changed.add(dropped(i, key, before, List.of()));
    }
    return new KindCache<>(type, indexes, objects.without(key), List.copyOf(changed));
  }

  /** Without the object's old entries, but for those that will be replaced in place. */
  private PersistentMap<Entry, T> dropped(
      int index, ObjectKey key, @Nullable T before, Collection<String> replaced) {
    PersistentMap<Entry, T> map = indexed.get(index);
    if (before != null) {
      for (String value : values(index, before)) {
        map = replaced.contains(value) ? map : map.without(new Entry(value, key));
      }
    }
    return map;
  }

  /** An object is found once under each value, however often the function names it. */
  private Collection<String> values(int index, T object) {
    Collection<String> values = indexes.get(index).values(object);
    return values.size() < 2 ? values : new TreeSet<>(values);
  }
}
