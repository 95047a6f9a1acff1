package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Passes messages through as bytes; parsing them is the handler's, so that it can answer for it.
 */
final class ByteMarshaller implements Marshaller<ByteString> {

  @Override
  public InputStream stream(ByteString value) {
    return new Bytes(value);
  }

  @Override
  public ByteString parse(InputStream stream) {
    try {
      return ByteString.readFrom(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells gRPC the length and, untouched, writes itself in one go. */
  private static final class Bytes extends FilterInputStream implements KnownLength, Drainable {
    private final ByteString value;

    Bytes(ByteString value) {
      super(value.newInput());
      this.value = value;
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
      int left = in.available();
      if (left == value.size()) {
        value.writeTo(target);
        in = InputStream.nullInputStream();
      } else {
        in.transferTo(target);
      }
      return left;
    }
  }
}
