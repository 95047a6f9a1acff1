package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor.Marshaller;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

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
      return UnsafeByteOperations.unsafeWrap(read(stream));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** In one piece if the length is known: pieces are slow to parse. */
  private static byte[] read(InputStream stream) throws IOException {
    if (!(stream instanceof KnownLength)) {
      return stream.readAllBytes();
    }
    byte[] bytes = new byte[stream.available()];
    if (stream.readNBytes(bytes, 0, bytes.length) != bytes.length) {
      throw new EOFException("the message ends early");
    }
    return bytes;
  }

  /** Writes without the copy that {@link ByteString#writeTo(OutputStream)} makes first. */
  private static final class Uncopied extends ByteOutput {
    private final OutputStream target;

    Uncopied(OutputStream target) {
      this.target = target;
    }

    @Override
    public void write(byte value) throws IOException {
      target.write(value);
    }

    @Override
    public void write(byte[] value, int offset, int length) throws IOException {
      target.write(value, offset, length);
    }

    @Override
    public void writeLazy(byte[] value, int offset, int length) throws IOException {
      target.write(value, offset, length);
    }

    @Override
    public void write(ByteBuffer value) throws IOException {
      byte[] bytes = new byte[value.remaining()];
      value.get(bytes);
      target.write(bytes);
    }

    @Override
    public void writeLazy(ByteBuffer value) throws IOException {
      write(value);
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
        UnsafeByteOperations.unsafeWriteTo(value, new Uncopied(target));
        in = InputStream.nullInputStream();
      } else {
        in.transferTo(target);
      }
      return left;
    }
  }
}
