package dev.capstan.e2e.sim;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A channel that connects when it is used and whose connection ends with the server.
 *
 * <p>gRPC's own channels try again by themselves, after pauses of a random length that no seed
 * decides. So one that lost its server is thrown away here, and while there is none calls fail as
 * they do at a port where nobody listens.
 */
final class SimulatedChannel extends ManagedChannel {

  private final ClientInterceptor line;
  private final Supplier<@Nullable ManagedChannel> connector;
  private final Executor executor;
  private @Nullable ManagedChannel connected;
  private boolean shutdown;

  /**
   * @param line between the client and the connection
   * @param connector connects; null if there is nobody to connect to
   * @param executor of the client
   */
  SimulatedChannel(
      ClientInterceptor line, Supplier<@Nullable ManagedChannel> connector, Executor executor) {
    this.line = line;
    this.connector = connector;
    this.executor = executor;
  }

  /** The connection is gone, and whatever was under way on it. */
  void disconnect() {
    ManagedChannel old = connected;
    connected = null;
    if (old != null) {
      old.shutdownNow();
    }
  }

  @Override
  public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
    return line.interceptCall(method, options, connection);
  }

  private final Channel connection =
      new Channel() {
        @Override
        public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
          if (connected == null && !shutdown) {
            connected = connector.get();
          }
          Executor own = options.getExecutor();
          return connected == null
              ? new Refused<>(own == null ? executor : own)
              : connected.newCall(method, options);
        }

        @Override
        public String authority() {
          return "in-process";
        }
      };

  /** Nobody listens. */
  private static final class Refused<Q, R> extends ClientCall<Q, R> {
    private final Executor executor;

    Refused(Executor executor) {
      this.executor = executor;
    }

    @Override
    public void start(Listener<R> listener, Metadata headers) {
      Status refused = Status.UNAVAILABLE.withDescription("connection refused");
      executor.execute(() -> listener.onClose(refused, new Metadata()));
    }

    @Override
    public void request(int count) {}

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {}

    @Override
    public void halfClose() {}

    @Override
    public void sendMessage(Q message) {}
  }

  @Override
  public String authority() {
    return "in-process";
  }

  @Override
  public ManagedChannel shutdown() {
    return shutdownNow();
  }

  @Override
  public ManagedChannel shutdownNow() {
    shutdown = true;
    disconnect();
    return this;
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shutdown;
  }

  @Override
  public void resetConnectBackoff() {
    // There is none.
  }
}
