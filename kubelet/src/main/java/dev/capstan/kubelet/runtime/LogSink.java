package dev.capstan.kubelet.runtime;

import java.time.Instant;

/** Takes a log piece by piece; may block, which slows the reading down. */
@FunctionalInterface
public interface LogSink {

  /**
   * Takes a piece: a line with its line break, or a part of a long line. The parts of a line all
   * have its time.
   *
   * @param time when it was written
   * @return false if no more are wanted
   */
  boolean write(Instant time, byte[] bytes) throws InterruptedException;

  /**
   * Pieces may be missing here: the log was rotated before they could be read.
   *
   * @param after time of the last piece before
   * @param next time of the next one
   * @return false if no more are wanted
   */
  default boolean gap(Instant after, Instant next) throws InterruptedException {
    return true;
  }

  /**
   * Corrects where in the log the reader is, when the first pieces taken were not the first of
   * their time: those before them were not asked for.
   *
   * @param time of the last piece so far, taken or passed over
   * @param pieces how many the log has of this time up to that one
   */
  default void position(Instant time, long pieces) {}
}
