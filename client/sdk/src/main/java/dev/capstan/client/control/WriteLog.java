package dev.capstan.client.control;

import dev.capstan.api.ResourceVersions;
import dev.capstan.client.WriteListener;
import java.util.concurrent.locks.ReentrantLock;

/** What one reconcile wrote: the highest version, and whether anything is uncertain. */
final class WriteLog implements WriteListener {

  private final ReentrantLock lock = new ReentrantLock();
  private String highest = "";
  private boolean uncertain;

  @Override
  public void wrote(String version) {
    lock.lock();
    try {
      if (!version.isEmpty()
          && (highest.isEmpty() || ResourceVersions.compare(version, highest) > 0)) {
        highest = version;
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void unknown() {
    lock.lock();
    try {
      uncertain = true;
    } finally {
      lock.unlock();
    }
  }

  String highest() {
    lock.lock();
    try {
      return highest;
    } finally {
      lock.unlock();
    }
  }

  /** True if something was written after a version. */
  boolean wroteAfter(String version) {
    String last = highest();
    return !last.isEmpty() && (version.isEmpty() || ResourceVersions.compare(last, version) > 0);
  }

  boolean uncertain() {
    lock.lock();
    try {
      return uncertain;
    } finally {
      lock.unlock();
    }
  }
}
