package dev.capstan.apiserver.peers;

import io.grpc.Attributes;
import io.grpc.Grpc;
import io.grpc.ServerCall;
import io.grpc.ServerTransportFilter;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.grpc.netty.shaded.io.netty.channel.ChannelOption;
import org.jspecify.annotations.Nullable;

/** Puts the limits into a server, and finds the connection of a call. */
public final class Peering {

  private static final Attributes.Key<PeerConnection> CONNECTION =
      Attributes.Key.create("capstan-connection");

  /**
   * Bytes that are read from one connection before it is the next one's turn: some forty calls.
   * With netty's own (16 times 64 KiB) a client that never pauses is heard for a tenth of a second.
   */
  private static final int MOST_READ = 8 * 1024;

  private Peering() {}

  /** Guards every connection of a server; ends with it. */
  public static void guard(NettyServerBuilder builder, Connections all) {
    builder.protocolNegotiator(new GuardedNegotiator(all));
    builder.withChildOption(
        ChannelOption.RECVBUF_ALLOCATOR,
        new AdaptiveRecvByteBufAllocator(256, 2048, MOST_READ).maxMessagesPerRead(1));
    builder.addTransportFilter(
        new ServerTransportFilter() {
          @Override
          public Attributes transportReady(Attributes transport) {
            PeerConnection connection = all.at(transport.get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
            return connection == null
                ? transport
                : transport.toBuilder().set(CONNECTION, connection).build();
          }
        });
  }

  /** The connection that a call came on; null in one process. */
  public static @Nullable PeerConnection of(ServerCall<?, ?> call) {
    return call.getAttributes().get(CONNECTION);
  }
}
