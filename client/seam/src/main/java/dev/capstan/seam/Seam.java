package dev.capstan.seam;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * Everything that is not decided by a program's inputs: time, the order of threads, chance.
 *
 * @param clock time and timed waits
 * @param threads makes threads
 * @param random source of jitter, identities and tokens; cryptographically strong in production
 */
public record Seam(Clock clock, Threads threads, RandomGenerator random) {

  /** A random (version 4) UUID in its text form. */
  public String newUid() {
    byte[] bytes = new byte[16]; // At once: each question to a strong source is dear.
    random.nextBytes(bytes);
    ByteBuffer drawn = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long most = (drawn.getLong() & ~0xF000L) | 0x4000L;
    long least = (drawn.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(most, least).toString();
  }

  /** The seam of a production process: the JDK. */
  public static Seam system() {
    return SystemSeam.create();
  }
}
