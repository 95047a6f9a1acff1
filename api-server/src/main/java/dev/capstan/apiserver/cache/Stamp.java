package dev.capstan.apiserver.cache;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.capstan.api.v1.ObjectMeta;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes versions into serialized objects without parsing them. The version of a write is known
 * only after its commit, so what is stored does not carry it.
 *
 * <p>Every kind has its metadata in field 1. A message field that occurs twice on the wire is
 * merged by every protobuf parser, the later scalar wins (protobuf's encoding guide, "Last One
 * Wins"), so appending {@code metadata {resource_version}} sets it.
 */
final class Stamp {

  private static final int METADATA = 1;

  private Stamp() {}

  /** The object with another version. */
  static ByteString version(byte[] object, String version) {
    ByteString suffix = suffix(version);
    byte[] stamped = new byte[object.length + suffix.size()];
    System.arraycopy(object, 0, stamped, 0, object.length);
    suffix.copyTo(stamped, object.length);
    return UnsafeByteOperations.unsafeWrap(stamped);
  }

  /** The object with another version, sharing the bytes. */
  static ByteString version(ByteString object, String version) {
    return object.concat(suffix(version));
  }

  private static ByteString suffix(String version) {
    ByteString metadata =
        ObjectMeta.newBuilder().setResourceVersion(version).build().toByteString();
    byte[] suffix = new byte[CodedOutputStream.computeBytesSize(METADATA, metadata)];
    try {
      CodedOutputStream.newInstance(suffix).writeBytes(METADATA, metadata);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail.
    }
    return UnsafeByteOperations.unsafeWrap(suffix);
  }
}
