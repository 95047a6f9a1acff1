package dev.capstan.e2e.sim.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import dev.capstan.api.v1.ObjectMeta;

/**
 * Compares objects in watch events with stored ones. Nearly always they are the stored bytes with
 * the version appended, which is seen without parsing anything; if not, the objects are compared.
 */
final class Bytes {

  /** Field 1 of every kind, with a length before it. */
  private static final byte METADATA = 1 << 3 | 2;

  private static final byte RESOURCE_VERSION =
      (byte) (ObjectMeta.RESOURCE_VERSION_FIELD_NUMBER << 3 | 2);

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

  /** {@code metadata {resource_version}} as a field of an object; versions are short. */
  private static ByteString tag(String version) {
    int length = version.length();
    byte[] bytes = new byte[length + 4];
    bytes[0] = METADATA;
    bytes[1] = (byte) (length + 2);
    bytes[2] = RESOURCE_VERSION;
    bytes[3] = (byte) length;
    for (int i = 0; i < length; i++) {
      bytes[i + 4] = (byte) version.charAt(i);
    }
    return UnsafeByteOperations.unsafeWrap(bytes);
  }
}
