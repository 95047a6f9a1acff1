package dev.capstan.client;

import dev.capstan.seam.Seam;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to an API server: one channel for calls and, once asked for, a second one for
 * streams, so that a busy watch never delays a call.
 *
 * <p>Channels connect by themselves and come back by themselves. How soon is decided here rather
 * than in gRPC, whose own back-off grows to two minutes: whoever tries again after a pause of its
 * own calls {@link #reconnectNow} first.
 */
public final class Connection implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Connection.class);

  /** So many attempts in vain, some seconds, are told of. */
  private static final int PATIENT_TRIES = 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Supplier<ManagedChannel> channels;
  private final Runnable afterChannels;
  private final List<ClientInterceptor> interceptors;
  private final Seam seam;
  private final Deadline.Ticker ticker;
  private final ManagedChannel calls;
  private final Channel callsWithHeaders;
  private @Nullable ManagedChannel streams;

  private Connection(
      Supplier<ManagedChannel> channels,
      Runnable afterChannels,
      ConnectionOptions options,
      Seam seam) {
    this.channels = channels;
    this.afterChannels = afterChannels;
    this.interceptors = new ArrayList<>(List.of(new Credentials(options)));
    this.interceptors.addAll(options.interceptors()); // The last one sees a call first.
    this.seam = seam;
    this.ticker = new SeamTicker(seam);
    this.calls = channels.get();
    this.callsWithHeaders = ClientInterceptors.intercept(calls, interceptors);
  }

  /** Over TCP, without waiting for the server to be there. */
  public static Connection open(ConnectionOptions options, Seam seam) {
    TcpChannels channels = new TcpChannels(options);
    return new Connection(channels::create, channels::close, options, seam);
  }

  /**
   * Over any transport, e.g. in-process.
   *
   * @param channels makes a channel; the connection closes those it asked for. A channel of a
   *     simulation is given {@code seam.threads().executor()} and {@code
   *     seam.threads().libraryTimers()}.
   */
  public static Connection over(
      Supplier<ManagedChannel> channels, ConnectionOptions options, Seam seam) {
    return new Connection(channels, () -> {}, options, seam);
  }

  /** For unary calls; adds the headers. */
  public Channel calls() {
    return callsWithHeaders;
  }

  /** For streams; a connection of its own, opened at the first use; adds the headers. */
  public Channel streams() {
    lock.lock();
    try {
      if (streams == null) {
        streams = channels.get();
      }
      return ClientInterceptors.intercept(streams, interceptors);
    } finally {
      lock.unlock();
    }
  }

  /** Time, threads and chance of whoever uses this connection. */
  public Seam seam() {
    return seam;
  }

  /**
   * A gRPC deadline on the seam's clock. gRPC's own ({@code withDeadlineAfter}) would use the
   * system's.
   */
  public Deadline deadline(Duration after) {
    return Deadline.after(after.toNanos(), TimeUnit.NANOSECONDS, ticker);
  }

  /**
   * Waits until the server accepts connections, and returns at once when this is closed. For
   * processes that start beside their server: they ask so often that they do not begin later than
   * it does.
   */
  public void awaitServer() throws InterruptedException {
    ConnectivityState state = calls.getState(true);
    for (int tries = 0; state != ConnectivityState.READY; tries++) {
      if (state == ConnectivityState.SHUTDOWN) {
        return;
      }
      if (tries == PATIENT_TRIES) {
        log.info("waiting for the API server");
      }
      calls.resetConnectBackoff();
      seam.clock().sleep(Backoff.FIRST_CONTACT.delay(tries, seam.random()));
      state = calls.getState(true);
    }
  }

  /** Ends gRPC's own back-off: the next call tries to connect at once. */
  public void reconnectNow() {
    calls.resetConnectBackoff();
    lock.lock();
    try {
      if (streams != null) {
        streams.resetConnectBackoff();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends all calls and streams at once. */
  @Override
  public void close() {
    calls.shutdownNow();
    lock.lock();
    try {
      if (streams != null) {
        streams.shutdownNow();
      }
    } finally {
      lock.unlock();
    }
    afterChannels.run();
  }

  private static final class SeamTicker extends Deadline.Ticker {
    private final Seam seam;

    SeamTicker(Seam seam) {
      this.seam = seam;
    }

    @Override
    public long nanoTime() {
      return seam.clock().nanoTime();
    }
  }
}
