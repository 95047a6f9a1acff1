package dev.capstan.apiserver.cache;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Serializes watch events and frames around objects that are serialized already. The results share
 * the objects' bytes instead of copying them, so a thousand watchers of one event cost one event.
 */
public final class Frames {

  private Frames() {}

  /** A WatchEvent. */
  static ByteString event(CacheEvent.Type type, Kind kind, ByteString object) {
    ByteString head = WatchEvent.newBuilder().setType(type.name()).build().toByteString();
    ByteString tail = WatchEvent.newBuilder().setKind(kind.name()).build().toByteString();
    ByteString field = lengthPrefix(WatchEvent.OBJECT_FIELD_NUMBER, object.size());
    return head.concat(field).concat(object).concat(tail);
  }

  /**
   * A WatchFrame.
   *
   * @param head everything but the events
   * @param events serialized WatchEvents
   */
  public static ByteString frame(WatchFrame head, List<ByteString> events) {
    ByteString frame = head.toByteString();
    for (ByteString event : events) {
      frame =
          frame.concat(lengthPrefix(WatchFrame.EVENTS_FIELD_NUMBER, event.size())).concat(event);
    }
    return frame;
  }

  /** An ADDED event of a current object. */
  public static ByteString added(StoredObject object) {
    return event(CacheEvent.Type.ADDED, object.kind(), object.bytes());
  }

  /** What stands before a message or bytes field's content. */
  public static ByteString lengthPrefix(int field, int size) {
    try {
      int tag = WireFormat.WIRETYPE_LENGTH_DELIMITED | field << 3;
      byte[] prefix =
          new byte
              [CodedOutputStream.computeUInt32SizeNoTag(tag)
                  + CodedOutputStream.computeUInt32SizeNoTag(size)];
      CodedOutputStream out = CodedOutputStream.newInstance(prefix);
      out.writeUInt32NoTag(tag);
      out.writeUInt32NoTag(size);
      return UnsafeByteOperations.unsafeWrap(prefix);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail.
    }
  }
}
