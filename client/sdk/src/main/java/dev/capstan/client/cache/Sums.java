package dev.capstan.client.cache;

import com.google.protobuf.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tally with its sums, those that are not zero, by the values of its index. Immutable.
 *
 * @param <S> what is added up
 */
record Sums<T extends Message, S extends Sum<S>>(
    Tally<T, S> tally, PersistentMap<String, S> byValue) {

  static <T extends Message, S extends Sum<S>> Sums<T, S> empty(Tally<T, S> tally) {
    return new Sums<>(tally, PersistentMap.empty());
  }

  S at(String value) {
    S sum = byValue.get(value);
    return sum == null ? tally.zero() : sum;
  }

  /** After an object that was found under {@code from} is found under {@code to}. */
  Sums<T, S> changed(@Nullable T before, List<String> from, @Nullable T after, List<String> to) {
    if (from.isEmpty() && to.isEmpty()) {
      return this;
    }
    S less = before == null ? tally.zero() : tally.of(before);
    S more = after == null ? tally.zero() : tally.of(after);
    if (from.equals(to) && less.equals(more)) {
      return this; // Most updates change nothing that is counted.
    }
    PersistentMap<String, S> sums = byValue;
    for (String value : from) {
      S rest = at(value).minus(less);
      sums = put(sums, value, to.contains(value) ? rest.plus(more) : rest);
    }
    for (String value : to) {
      sums = from.contains(value) ? sums : put(sums, value, at(value).plus(more));
    }
    return new Sums<>(tally, sums);
  }

  private PersistentMap<String, S> put(PersistentMap<String, S> sums, String value, S sum) {
    return sum.equals(tally.zero()) ? sums.without(value) : sums.with(value, sum);
  }
}
