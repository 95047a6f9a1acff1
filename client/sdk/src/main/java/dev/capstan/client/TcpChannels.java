package dev.capstan.client;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes the channels of a connection over TCP. */
final class TcpChannels implements AutoCloseable {

  /** Lists of tens of thousands of objects come in one message. */
  private static final int MAX_INBOUND_BYTES = 64 << 20;

  /** The end of an event loop takes a millisecond or two. */
  private static final int PATIENCE_MILLIS = 100;

  private final ConnectionOptions options;

  /** That of a short-lived program; null for the one that gRPC shares among all channels. */
  private final @Nullable EventLoopGroup own;

  TcpChannels(ConnectionOptions options) {
    this.options = options;
    this.own =
        options.light()
            ? new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("io", true), NioIoHandler.newFactory())
            : null;
  }

  ManagedChannel create() {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(target(options.server()))
            .usePlaintext()
            .disableRetry() // Retrying is decided where it is known whether it is safe.
            .maxInboundMessageSize(MAX_INBOUND_BYTES)
            // The server permits a ping every 10 s. Without a call open nobody needs to know.
            .keepAliveTime(options.keepAlive().interval().toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveTimeout(options.keepAlive().timeout().toMillis(), TimeUnit.MILLISECONDS)
            .keepAliveWithoutCalls(false)
            // Callbacks only hand over to threads that wait: not worth a thread of their own.
            .directExecutor();
    if (own != null) {
      builder.channelType(NioSocketChannel.class).eventLoopGroup(own);
    }
    return builder.build();
  }

  /**
   * Ends the event loop of a short-lived program, after its channels. The JVM would wait for it: at
   * the end of the process it gives a thread that is in native code, and an idle event loop is, 300
   * ms to come back (HotSpot's {@code VM_Exit::wait_for_threads_in_native_to_block}).
   */
  @Override
  public void close() {
    if (own != null) {
      own.shutdownGracefully(0, PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
          .awaitUninterruptibly(PATIENCE_MILLIS);
    }
  }

  /** A scheme keeps gRPC from asking every resolver whether "host:port" is a URI of its own. */
  private static String target(String server) {
    return server.contains("://") ? server : "dns:///" + server;
  }
}
