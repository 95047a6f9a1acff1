package dev.capstan.apiserver.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.capstan.apiserver.handler.RequestStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A client's end of a stream of requests. */
public final class FakeRequests implements RequestStream {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<ByteString> requests = new ArrayDeque<>();
  private boolean closed;

  /** Messages the server has taken. */
  public int taken;

  public void send(Message message) {
    lock.lock();
    try {
      requests.add(message.toByteString());
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The client half-closes or goes away. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public @Nullable ByteString next() throws InterruptedException {
    lock.lock();
    try {
      while (requests.isEmpty() && !closed) {
        changed.await();
      }
      taken++;
      return requests.poll();
    } finally {
      lock.unlock();
    }
  }
}
