package dev.capstan.apiserver.peers;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelDuplexHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelPromise;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Stands between a socket and HTTP/2: what is too much never reaches the decoder. */
final class ConnectionGuard extends ChannelDuplexHandler {

  private static final int GOAWAY = 7;
  private static final int ENHANCE_YOUR_CALM = 0xb;

  private final Connections all;
  private @Nullable PeerConnection connection;
  private boolean over;

  ConnectionGuard(Connections all) {
    this.all = all;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    PeerConnection admitted =
        all.admit(
            context.channel().remoteAddress(),
            why -> context.executor().execute(() -> hangUp(context, why)));
    connection = admitted;
    if (admitted == null) {
      over = true;
      context.close();
    } else {
      context.channel().closeFuture().addListener(closed -> all.ended(admitted));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (over) {
      ReferenceCountUtil.release(message);
      return;
    }
    PeerConnection known = Objects.requireNonNull(connection);
    FrameKind flood = known.meter.read((ByteBuf) message);
    if (flood == null) {
      context.fireChannelRead(message);
      return;
    }
    over = true;
    ReferenceCountUtil.release(message);
    all.flooded(known, flood);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (connection != null) {
      // Whoever is sent a frame may give back the room that it took.
      connection.allowance.give(FrameKind.WINDOW_UPDATE, 1);
    }
    context.write(message, promise);
  }

  private void hangUp(ChannelHandlerContext context, String why) {
    over = true;
    // Closing does not wait for a client that does not read.
    context.writeAndFlush(goAway(context, why));
    context.close();
  }

  /** RFC 9113, section 6.8, on behalf of the codec, which may be busy with the flood. */
  private static ByteBuf goAway(ChannelHandlerContext context, String why) {
    byte[] text = why.getBytes(StandardCharsets.US_ASCII);
    ByteBuf frame = context.alloc().buffer(17 + text.length);
    frame.writeMedium(8 + text.length).writeByte(GOAWAY).writeByte(0).writeInt(0);
    return frame.writeInt(Integer.MAX_VALUE).writeInt(ENHANCE_YOUR_CALM).writeBytes(text);
  }
}
