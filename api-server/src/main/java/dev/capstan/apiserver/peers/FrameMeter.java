package dev.capstan.apiserver.peers;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** Follows the frames of a connection by their headers alone, nine bytes each. */
final class FrameMeter {

  private static final int PREFACE_BYTES = 24;
  private static final int HEADER_BYTES = 9;
  private static final int CALL = 1;
  private static final int SETTINGS = 4;

  private final Allowance allowance;
  private final byte[] header = new byte[HEADER_BYTES];
  private final ByteBuf cut = Unpooled.wrappedBuffer(header);
  private int have;
  private int skip = PREFACE_BYTES;
  private volatile boolean greeted;

  FrameMeter(Allowance allowance) {
    this.allowance = allowance;
  }

  /** Whether the preface and the first SETTINGS have come. */
  boolean greeted() {
    return greeted;
  }

  /**
   * Counts what has arrived, without consuming it.
   *
   * @return the kind of which there were too many; null if all is well
   */
  @Nullable FrameKind read(ByteBuf in) {
    int at = in.readerIndex();
    int end = in.writerIndex();
    while (at < end) {
      if (skip > 0) {
        int skipped = Math.min(skip, end - at);
        skip -= skipped;
        at += skipped;
        continue;
      }
      FrameKind over;
      if (have == 0 && end - at >= HEADER_BYTES) {
        over = count(in, at);
        at += HEADER_BYTES;
      } else {
        header[have++] = in.getByte(at++);
        over = have == HEADER_BYTES ? count(cut, 0) : null;
        have %= HEADER_BYTES;
      }
      if (over != null) {
        return over;
      }
    }
    return null;
  }

  private @Nullable FrameKind count(ByteBuf in, int at) {
    skip = in.getUnsignedMedium(at);
    int type = in.getUnsignedByte(at + 3);
    if (type == CALL) {
      // A request, and an empty frame that ends it.
      allowance.give(FrameKind.SMALL_DATA, 2);
    } else if (type == SETTINGS) {
      greeted = true;
    }
    FrameKind kind = FrameKind.of(type, in.getUnsignedByte(at + 4), skip);
    return kind == null || allowance.take(kind) ? null : kind;
  }
}
