package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Where the responses of a streaming call go. One thread writes; {@link #onChange} callbacks come
 * from any.
 */
public interface ResponseStream {

  /**
   * True if {@link #send} would hand its message to the transport without queueing it behind unread
   * ones.
   */
  boolean isReady();

  /** True once the client has gone, its deadline has passed or the server has ended the call. */
  boolean isCancelled();

  /**
   * Sends one serialized message. Callers wait for {@link #isReady} first, or memory grows by what
   * a slow client leaves unread.
   */
  void send(ByteString message);

  /** Blocks until {@link #isReady} or {@link #isCancelled}; true if ready. */
  boolean awaitReady() throws InterruptedException;

  /**
   * Runs {@code wake} whenever readiness or cancellation may have changed: for writers that wait on
   * a condition of their own. It must be short and must not block. Null removes it.
   */
  void onChange(@Nullable Runnable wake);
}
