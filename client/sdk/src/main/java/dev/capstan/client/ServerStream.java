package dev.capstan.client;

import dev.capstan.seam.Clock;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The responses of a server stream, read by blocking. At most a few wait unread; the server is held
 * back beyond that.
 *
 * @param <R> response
 */
public final class ServerStream<R> implements AutoCloseable {

  private static final int WINDOW = 4;

  /** Read responses are made up for this many at a time: asking takes a switch of threads. */
  private static final int ASK = 2;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<R> waiting = new ArrayDeque<>();
  private final ClientCall<?, R> call;
  private final Clock clock;
  private int read;
  private @Nullable Status end;
  private @Nullable Metadata trailers;

  private ServerStream(ClientCall<?, R> call, Clock clock) {
    this.call = call;
    this.clock = clock;
  }

  static <Q, R> ServerStream<R> start(ClientCall<Q, R> call, Q request, Clock clock) {
    ServerStream<R> stream = new ServerStream<>(call, clock);
    call.start(stream.new Listener(), new Metadata());
    call.request(WINDOW);
    call.sendMessage(request);
    call.halfClose();
    return stream;
  }

  /**
   * The next response; null at the regular end.
   *
   * @throws ApiException if the stream broke
   */
  public @Nullable R next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && end == null) {
        changed.await();
      }
      return take();
    } finally {
      lock.unlock();
    }
  }

  /**
   * As {@link #next()}, waiting at most {@code patience}.
   *
   * @throws ApiException.Unavailable with code DEADLINE_EXCEEDED if nothing came; the stream goes
   *     on
   */
  public @Nullable R next(Duration patience) throws InterruptedException {
    long deadline = clock.deadline(patience);
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && end == null) {
        if (clock.nanoTime() - deadline >= 0) {
          throw new ApiException.Unavailable(
              Status.Code.DEADLINE_EXCEEDED, "silent for " + patience, null);
        }
        clock.awaitUntil(lock, changed, deadline);
      }
      return take();
    } finally {
      lock.unlock();
    }
  }

  /**
   * As {@link #next(Duration)} where the stream must not end yet.
   *
   * @throws ApiException.Unavailable if it does
   */
  public R require(Duration patience) throws InterruptedException {
    R response = next(patience);
    if (response == null) {
      throw new ApiException.Unavailable(
          Status.Code.UNAVAILABLE, "the server ended the stream", null);
    }
    return response;
  }

  private @Nullable R take() {
    R response = waiting.poll();
    if (response != null) {
      read++;
      if (read % ASK == 0) {
        call.request(ASK);
      }
      return response;
    }
    if (end == null || end.isOk()) {
      return null;
    }
    throw Errors.of(end.asRuntimeException(trailers), false, true);
  }

  /** Ends the stream; a reader gets CANCELLED. */
  @Override
  public void close() {
    call.cancel("closed by the client", null);
  }

  private final class Listener extends ClientCall.Listener<R> {
    @Override
    public void onMessage(R message) {
      lock.lock();
      try {
        waiting.add(message);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onClose(Status status, Metadata metadata) {
      lock.lock();
      try {
        end = status;
        trailers = metadata;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
