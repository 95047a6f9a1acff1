package dev.capstan.apiserver;

import dev.capstan.apiserver.chain.AuthenticatedOnly;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.apiserver.peers.Connections;
import dev.capstan.apiserver.peers.Peering;
import dev.capstan.seam.Seam;
import io.grpc.Server;
import io.grpc.ServerBuilder;
import io.grpc.ServerInterceptors;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** gRPC servers with the limits that hold before a caller is trusted. */
public final class GrpcServers {

  /** Largest request, in bytes. */
  public static final int MOST_REQUEST_BYTES = 4 * 1024 * 1024;

  private static final int MOST_HEADER_BYTES = 16 * 1024;
  private static final int MOST_CALLS_PER_CONNECTION = 10_000;
  private static final int LEAST_PING_SECONDS = 10;

  /**
   * gRPC logs a stack trace for every stream that a client resets while something is being written
   * to it, and for every connection it refuses: everyday events. The logger is held here, for the
   * JDK's log manager holds it weakly.
   */
  private static final Logger TRANSPORT_LOG =
      Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty");

  static {
    TRANSPORT_LOG.setLevel(Level.SEVERE);
  }

  /**
   * How a client that has gone silent is noticed, and its watches ended.
   *
   * @param interval of silence before it is asked for a sign of life; gRPC makes at least 10 s of
   *     it
   * @param timeout for the answer
   */
  public record KeepAlive(Duration interval, Duration timeout) {

    /** That of production. */
    public static final KeepAlive DEFAULT =
        new KeepAlive(Duration.ofSeconds(60), Duration.ofSeconds(20));
  }

  private GrpcServers() {}

  /**
   * A server on a TCP address, not yet started.
   *
   * @param connections what it may be asked for by whom; end with the server
   */
  public static Server netty(
      InetSocketAddress address,
      KeepAlive keepAlive,
      ApiServer api,
      Authenticator authenticator,
      HealthStatusManager health,
      Connections connections,
      Seam seam) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .maxInboundMessageSize(MOST_REQUEST_BYTES)
            .maxInboundMetadataSize(MOST_HEADER_BYTES)
            .maxConcurrentCallsPerConnection(MOST_CALLS_PER_CONNECTION)
            .permitKeepAliveTime(LEAST_PING_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true)
            .keepAliveTime(keepAlive.interval.toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(keepAlive.timeout.toMillis(), TimeUnit.MILLISECONDS);
    Peering.guard(builder, connections);
    return add(builder, api, authenticator, health, seam)
        .directExecutor()
        .intercept(new OwnThreads(seam.threads().executor()))
        .build();
  }

  /**
   * Adds the API, health (open to all) and reflection (with the token) to a server. What happens to
   * a call happens on a thread of its own, unless the builder is told otherwise afterwards.
   */
  public static <B extends ServerBuilder<B>> B add(
      B builder,
      ApiServer api,
      Authenticator authenticator,
      HealthStatusManager health,
      Seam seam) {
    api.services().forEach(builder::addService);
    builder.addService(health.getHealthService());
    builder.addService(
        ServerInterceptors.intercept(
            ProtoReflectionServiceV1.newInstance(), new AuthenticatedOnly(authenticator)));
    return builder.executor(seam.threads().executor());
  }
}
