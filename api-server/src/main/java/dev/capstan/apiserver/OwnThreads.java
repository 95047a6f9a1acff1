package dev.capstan.apiserver;

import dev.capstan.apiserver.handler.PromptListener;
import dev.capstan.apiserver.peers.PeerConnection;
import dev.capstan.apiserver.peers.Peering;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Lets calls begin on the transport's event loop and gives a unary call a thread of its own when
 * its request is complete: what comes before never waits, and waking one thread is cheaper than
 * waking one for each callback. Streams start their own, and calls that never wait need none.
 */
final class OwnThreads implements ServerInterceptor {

  private final Executor threads;

  /**
   * @param threads a new one for each task
   */
  OwnThreads(Executor threads) {
    this.threads = threads;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    ServerCall.Listener<Q> listener = next.startCall(call, headers);
    boolean unary = call.getMethodDescriptor().getType() == MethodType.UNARY;
    return unary && !(listener instanceof PromptListener)
        ? new Unary<>(listener, Peering.of(call))
        : listener;
  }

  private final class Unary<Q> extends SimpleForwardingServerCallListener<Q> {
    private final @Nullable PeerConnection connection;
    private final Runnable task = this::serve;
    private volatile boolean cancelled;

    Unary(ServerCall.Listener<Q> listener, @Nullable PeerConnection connection) {
      super(listener);
      this.connection = connection;
    }

    @Override
    public void onHalfClose() {
      if (connection == null) {
        threads.execute(super::onHalfClose);
      } else {
        connection.execute(threads, task);
      }
    }

    private void serve() {
      if (!cancelled) { // Its turn came too late.
        super.onHalfClose();
      }
    }

    @Override
    public void onCancel() {
      cancelled = true;
      if (connection != null) {
        connection.forget(task); // With its request: the client may send the next in its place.
      }
      super.onCancel();
    }
  }
}
