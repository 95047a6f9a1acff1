package dev.capstan.client.cache;

/**
 * What a {@link Tally} adds up: an immutable value, usually a record of counts. Adding is
 * commutative and associative, and subtracting takes back what was added, so that the order in
 * which objects come and go leaves no trace. All of it is pure.
 *
 * @param <S> the class itself
 */
public interface Sum<S extends Sum<S>> {

  /** This and the other. */
  S plus(S other);

  /** This without the other, which was added to it before. */
  S minus(S other);
}
