package dev.capstan.apiserver.write;

import dev.capstan.kinds.ServedKind;
import java.util.random.RandomGenerator;

/** Makes names from a prefix, as Kubernetes does. */
final class NameGenerator {

  /** No vowels and no look-alikes: random names shall not spell words. */
  private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

  private static final int SUFFIX = 5;

  private final RandomGenerator random;

  NameGenerator(RandomGenerator random) {
    this.random = random;
  }

  /** The prefix, shortened if need be, and five random characters. */
  String generate(String prefix) {
    StringBuilder name =
        new StringBuilder(
            prefix.substring(0, Math.min(prefix.length(), ServedKind.GENERATED_PREFIX)));
    for (int i = 0; i < SUFFIX; i++) {
      name.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return name.toString();
  }
}
