package dev.capstan.client;

import dev.capstan.seam.Seam;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;

/** Makes channels over TCP. */
final class TcpChannels {

  /** Lists of tens of thousands of objects come in one message. */
  private static final int MAX_INBOUND_BYTES = 64 << 20;

  private TcpChannels() {}

  static ManagedChannel create(ConnectionOptions options, Seam seam) {
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
    if (options.light()) {
      builder
          .channelType(NioSocketChannel.class)
          .eventLoopGroup(
              new MultiThreadIoEventLoopGroup(
                  1, new DefaultThreadFactory("io", true), NioIoHandler.newFactory()));
    }
    return builder.build();
  }

  /** A scheme keeps gRPC from asking every resolver whether "host:port" is a URI of its own. */
  private static String target(String server) {
    return server.contains("://") ? server : "dns:///" + server;
  }
}
