package dev.capstan.kvstore.etcd;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The most a member's database may take. It is told, since etcd before 3.6 does not say it, and may
 * be told wrong: a member that raises its alarm below it shows how much it really is.
 *
 * <p>An alarm that was on before anything else was seen shows nothing: the database may have been
 * defragmented since. What was learned holds only for so long, since the quota may be given more at
 * any time, and if it was not the next alarm shows it again.
 */
final class EtcdQuota {

  /** So long after the last alarm what it has shown counts. */
  static final Duration MEMORY = Duration.ofMinutes(10);

  private final ReentrantLock lock = new ReentrantLock();
  private final long told;

  /** The largest size seen: the alarm may be seen only after much was given back. */
  private long largest;

  /** Whether the alarm has been seen off: if it is on again, it was raised since. */
  private boolean seenOff;

  private boolean wasAlarmed;
  private long alarmedNanos;

  /** How much it is if the alarm was seen below what was told; else 0. */
  private long learned;

  /**
   * @param told in bytes; 0 for no limit
   */
  EtcdQuota(long told) {
    this.told = told;
  }

  /**
   * Takes notice of a database's size.
   *
   * @param nowNanos on the clock that never jumps
   */
  void saw(long size, boolean alarmed, long nowNanos) {
    lock.lock();
    try {
      largest = Math.max(largest, size);
      if (alarmed) {
        learn();
        alarmedNanos = nowNanos;
      } else {
        if (learned > 0 && isOver(size, nowNanos)) {
          learned = 0;
          largest = size;
        }
        seenOff = true;
      }
      wasAlarmed = alarmed;
    } finally {
      lock.unlock();
    }
  }

  private void learn() {
    if (seenOff && learned == 0 && (told == 0 || largest < told)) {
      learned = largest;
    }
  }

  /** Whether what was learned is to be forgotten, now that the alarm is off. */
  private boolean isOver(long size, long nowNanos) {
    boolean isMore = size > learned / 100 * 105;
    // Where this server had left it on: somebody knows better.
    boolean byHand = wasAlarmed && !isRoomy(size, learned);
    return isMore || byHand || nowNanos - alarmedNanos >= MEMORY.toNanos();
  }

  /** The alarm was switched off: if it is on again, it was raised since. */
  void disarmed() {
    lock.lock();
    try {
      seenOff = true;
    } finally {
      lock.unlock();
    }
  }

  /** In bytes; 0 if none is known. */
  long bytes() {
    lock.lock();
    try {
      return learned > 0 ? learned : told;
    } finally {
      lock.unlock();
    }
  }

  /** Whether a database of this size is so far from its quota that an alarm has no reason. */
  boolean isRoomy(long size) {
    return isRoomy(size, bytes());
  }

  private static boolean isRoomy(long size, long quota) {
    return quota == 0 || size < quota / 100 * 90;
  }
}
