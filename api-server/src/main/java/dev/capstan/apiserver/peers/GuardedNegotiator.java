package dev.capstan.apiserver.peers;

import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.util.AsciiString;

/** Plain text with a guard before it: the place where gRPC lets others into the pipeline. */
final class GuardedNegotiator implements InternalProtocolNegotiator.ProtocolNegotiator {

  private final InternalProtocolNegotiator.ProtocolNegotiator plain =
      InternalProtocolNegotiators.serverPlaintext();
  private final Connections all;

  GuardedNegotiator(Connections all) {
    this.all = all;
  }

  @Override
  public AsciiString scheme() {
    return plain.scheme();
  }

  @Override
  public ChannelHandler newHandler(GrpcHttp2ConnectionHandler http2) {
    ChannelHandler next = plain.newHandler(http2);
    return new ChannelHandlerAdapter() {
      @Override
      public void handlerAdded(ChannelHandlerContext context) {
        context.pipeline().addFirst(new ConnectionGuard(all));
        context.pipeline().replace(this, null, next);
      }
    };
  }

  /** gRPC closes it when the server has ended. */
  @Override
  public void close() {
    plain.close();
    all.close();
  }
}
