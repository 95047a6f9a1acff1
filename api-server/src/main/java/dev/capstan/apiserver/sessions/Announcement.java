package dev.capstan.apiserver.sessions;

import com.google.rpc.Code;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.v1.SessionOffer;
import dev.capstan.apiserver.handler.ResponseStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The stream on which a kubelet hears of sessions. */
final class Announcement {

  /** Most offers that wait for a kubelet to read them. */
  private static final int MAX_WAITING = 256;

  private final ResponseStream out;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<SessionOffer> waiting = new ArrayDeque<>();
  private boolean replaced;

  Announcement(ResponseStream out) {
    this.out = out;
  }

  /** False if the kubelet does not keep up, or has gone. */
  boolean offer(SessionOffer offer) {
    lock.lock();
    try {
      boolean room = !replaced && !out.isCancelled() && waiting.size() < MAX_WAITING;
      if (room) {
        waiting.add(offer);
        changed.signal();
      }
      return room;
    } finally {
      lock.unlock();
    }
  }

  /**
   * A newer stream of the same node takes over.
   *
   * @return the offers that were not sent
   */
  List<SessionOffer> replace() {
    lock.lock();
    try {
      replaced = true;
      changed.signal();
      List<SessionOffer> rest = List.copyOf(waiting);
      waiting.clear();
      return rest;
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Sends offers until the kubelet leaves; ABORTED when a newer stream takes over. */
  void run() throws InterruptedException {
    out.onChange(this::wake);
    try {
      for (SessionOffer offer = next(); offer != null; offer = next()) {
        out.send(offer.toByteString());
      }
    } finally {
      out.onChange(null);
    }
  }

  private @Nullable SessionOffer next() throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        if (replaced) {
          throw ApiErrors.error(
              Code.ABORTED, "Replaced", "a newer stream of this node has taken over");
        }
        if (out.isCancelled()) {
          return null;
        }
        if (out.isReady() && !waiting.isEmpty()) {
          return waiting.poll();
        }
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }
}
