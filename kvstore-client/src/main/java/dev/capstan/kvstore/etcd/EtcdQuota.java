package dev.capstan.kvstore.etcd;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The most a member's database may take. It is told, since etcd before 3.6 does not say it, and may
 * be told wrong: a member that raises its alarm below it shows how much it really is.
 */
final class EtcdQuota {

  private final ReentrantLock lock = new ReentrantLock();
  private final long told;

  /** The largest size seen: the alarm may be seen only after much was given back. */
  private long largest;

  /** How much it is if the alarm was seen below what was told; else 0. */
  private long learned;

  /**
   * @param told in bytes; 0 for no limit
   */
  EtcdQuota(long told) {
    this.told = told;
  }

  /** Takes notice of a database's size. */
  void saw(long size, boolean alarmed) {
    lock.lock();
    try {
      largest = Math.max(largest, size);
      if (alarmed && learned == 0 && (told == 0 || largest < told)) {
        learned = largest;
      } else if (!alarmed && size > learned / 100 * 105) {
        learned = 0; // It was given more since.
      }
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
}
