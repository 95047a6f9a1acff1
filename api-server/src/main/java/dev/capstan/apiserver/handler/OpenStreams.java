package dev.capstan.apiserver.handler;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** The streaming calls that are open, so that a stopping server can end them. */
public final class OpenStreams {

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<StreamCall> open = new LinkedHashSet<>();
  private boolean stopping;

  /** False once the server is stopping. */
  boolean add(StreamCall call) {
    lock.lock();
    try {
      return !stopping && open.add(call);
    } finally {
      lock.unlock();
    }
  }

  void remove(StreamCall call) {
    lock.lock();
    try {
      open.remove(call);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Ends every stream with UNAVAILABLE, so that clients resume elsewhere or later, and lets no new
   * one begin.
   */
  public void stop() {
    List<StreamCall> all;
    lock.lock();
    try {
      stopping = true;
      all = new ArrayList<>(open);
    } finally {
      lock.unlock();
    }
    all.forEach(StreamCall::stop);
  }
}
