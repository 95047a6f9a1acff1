package dev.capstan.kvstore;

import java.util.random.RandomGenerator;

/** The identity of one group of writes, 128 random bits; stored in every value it wrote. */
public record WriteId(long most, long least) {

  /** A new one. */
  public static WriteId random(RandomGenerator random) {
    return new WriteId(random.nextLong(), random.nextLong());
  }

  @Override
  public String toString() {
    return "%016x%016x".formatted(most, least);
  }
}
