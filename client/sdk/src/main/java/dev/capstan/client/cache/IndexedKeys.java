package dev.capstan.client.cache;

import com.google.protobuf.Message;
import dev.capstan.client.ObjectKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * An index with the keys that it finds under each value, and its tallies. Immutable.
 *
 * <p>Keys and not objects: an update that leaves the values as they are, which most do, leaves the
 * index as it is.
 *
 * @param buckets by value, none of them empty; each is a set, its keys all mapped to true
 */
record IndexedKeys<T extends Message>(
    Index<T> index,
    PersistentMap<String, PersistentMap<ObjectKey, Boolean>> buckets,
    List<Sums<T, ?>> sums) {

  static <T extends Message> IndexedKeys<T> empty(Index<T> index, List<Tally<T, ?>> tallies) {
    List<Sums<T, ?>> sums = new ArrayList<>();
    tallies.stream().filter(t -> t.index() == index).forEach(t -> sums.add(Sums.empty(t)));
    return new IndexedKeys<>(index, PersistentMap.empty(), List.copyOf(sums));
  }

  IndexedKeys<T> cleared() {
    List<Sums<T, ?>> none = new ArrayList<>();
    sums.forEach(each -> none.add(Sums.empty(each.tally())));
    return new IndexedKeys<>(index, PersistentMap.empty(), none);
  }

  /** The keys under a value, in order. */
  List<ObjectKey> keys(String value) {
    PersistentMap<ObjectKey, Boolean> bucket = buckets.get(value);
    return bucket == null ? List.of() : bucket.keys();
  }

  boolean has(String value) {
    return buckets.get(value) != null;
  }

  @SuppressWarnings("unchecked") // Sums are of their tally's type.
  <S extends Sum<S>> Sums<T, S> sums(Tally<T, S> tally) {
    for (Sums<T, ?> each : sums) {
      if (each.tally() == tally) {
        return (Sums<T, S>) each;
      }
    }
    throw new IllegalArgumentException("the informers were not given the tally " + tally);
  }

  /** After an object has changed, appeared or vanished; itself if that changes nothing here. */
  @SuppressWarnings("ReferenceEquality") // The lists themselves are meant.
  IndexedKeys<T> changed(ObjectKey key, @Nullable T before, @Nullable T after) {
    List<String> from = before == null ? List.of() : values(before);
    List<String> to = after == null ? List.of() : values(after);
    List<Sums<T, ?>> summed = summed(before, from, after, to);
    if (!from.equals(to)) {
      return new IndexedKeys<>(index, moved(key, from, to), summed);
    }
    return summed == sums ? this : new IndexedKeys<>(index, buckets, summed);
  }

  /** An object is found once under each value, however often the function names it. */
  private List<String> values(T object) {
    Collection<String> values = index.values(object);
    return List.copyOf(values.size() < 2 ? values : new TreeSet<>(values));
  }

  private PersistentMap<String, PersistentMap<ObjectKey, Boolean>> moved(
      ObjectKey key, List<String> from, List<String> to) {
    var moved = buckets;
    for (String value : from) {
      PersistentMap<ObjectKey, Boolean> bucket = moved.get(value);
      if (bucket != null && !to.contains(value)) {
        bucket = bucket.without(key);
        moved = bucket.size() == 0 ? moved.without(value) : moved.with(value, bucket);
      }
    }
    for (String value : to) {
      if (!from.contains(value)) {
        PersistentMap<ObjectKey, Boolean> bucket = moved.get(value);
        bucket = bucket == null ? PersistentMap.empty() : bucket;
        moved = moved.with(value, bucket.with(key, true));
      }
    }
    return moved;
  }

  /** The sums, the same list if none has changed. */
  @SuppressWarnings("ReferenceEquality") // The sums and the lists themselves are meant.
  private List<Sums<T, ?>> summed(
      @Nullable T before, List<String> from, @Nullable T after, List<String> to) {
    List<Sums<T, ?>> summed = sums;
    for (int i = 0; i < sums.size(); i++) {
      Sums<T, ?> old = sums.get(i);
      Sums<T, ?> fresh = old.changed(before, from, after, to);
      if (fresh != old) {
        summed = summed == sums ? new ArrayList<>(sums) : summed;
        summed.set(i, fresh);
      }
    }
    return summed;
  }
}
