package dev.capstan.e2e.sim.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import dev.capstan.api.v1.ObjectMeta;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Compares objects in watch events with stored ones. Nearly always they are the stored bytes with
 * the version appended, which is seen without parsing anything; if not, the objects are compared.
 */
final class Bytes {

  private Bytes() {}

  /** True if the bytes are the stored object at a version. */
  static boolean same(ByteString sent, Held held, String version) {
    ByteString stored = held.bytes();
    if (sent.size() > stored.size() && sent.startsWith(stored)) {
      ByteString tail = sent.substring(stored.size());
      ByteString own = tag(held.version());
      ByteString last = tag(version);
      if (tail.equals(last) || tail.equals(own.concat(last))) {
        return true;
      }
    }
    Message object = Requests.parse(held.kind(), sent);
    return Parts.at(held, version).equals(object);
  }

  /** {@code metadata {resource_version}} as a field of an object. */
  private static ByteString tag(String version) {
    ByteString metadata =
        ObjectMeta.newBuilder().setResourceVersion(version).build().toByteString();
    try {
      ByteString.Output bytes = ByteString.newOutput(metadata.size() + 4);
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      out.writeBytes(1, metadata);
      out.flush();
      return bytes.toByteString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
