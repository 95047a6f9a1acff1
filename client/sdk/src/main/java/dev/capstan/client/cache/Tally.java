package dev.capstan.client.cache;

import com.google.protobuf.Message;
import java.util.function.Function;

/**
 * A count that is kept: a sum over the objects that an index finds under a value, changed with
 * every object and part of the snapshot, so that asking for it ({@link Snapshot#tally}) looks at
 * none of them. At every snapshot it equals the sum over {@link Snapshot#by}. Compared by identity,
 * as an {@link Index}.
 *
 * @param <T> the generated message
 * @param <S> what is added up
 */
public final class Tally<T extends Message, S extends Sum<S>> {

  private final Index<T> index;
  private final String name;
  private final S zero;
  private final Function<T, S> counted;

  /**
   * @param name for messages
   * @param zero of no objects
   * @param counted what one object adds; pure
   */
  public Tally(Index<T> index, String name, S zero, Function<T, S> counted) {
    this.index = index;
    this.name = name;
    this.zero = zero;
    this.counted = counted;
  }

  /** The index under whose values it is kept. */
  public Index<T> index() {
    return index;
  }

  S zero() {
    return zero;
  }

  S of(T object) {
    return counted.apply(object);
  }

  @Override
  public String toString() {
    return name + " of " + index;
  }
}
