package dev.capstan.apiserver.read;

import com.google.protobuf.ByteString;
import dev.capstan.api.v1.ListMeta;
import dev.capstan.api.v1.PodList;
import dev.capstan.api.v1.RawObject;
import dev.capstan.api.v1.ResourceListResponse;
import dev.capstan.apiserver.cache.Frames;
import dev.capstan.apiserver.cache.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Serializes lists around objects that are serialized already. */
final class ListBytes {

  private ListBytes() {}

  /** A {@code <Kind>List}; all have their header and items where PodList has them. */
  static ByteString list(ListMeta header, List<StoredObject> items) {
    ByteString meta = header.toByteString();
    ByteString.Output out = output(items);
    write(out, PodList.METADATA_FIELD_NUMBER, meta);
    for (StoredObject item : items) {
      write(out, PodList.ITEMS_FIELD_NUMBER, item.bytes());
    }
    return out.toByteString();
  }

  /** A ResourceListResponse. */
  static ByteString resources(String version, List<StoredObject> items) {
    ByteString.Output out = output(items);
    ByteString head =
        ResourceListResponse.newBuilder().setResourceVersion(version).build().toByteString();
    writeTo(out, head);
    for (StoredObject item : items) {
      write(out, ResourceListResponse.ITEMS_FIELD_NUMBER, raw(item));
    }
    return out.toByteString();
  }

  /** A RawObject. */
  static ByteString raw(StoredObject object) {
    ByteString kind = RawObject.newBuilder().setKind(object.kind().name()).build().toByteString();
    return kind.concat(Frames.lengthPrefix(RawObject.OBJECT_FIELD_NUMBER, object.bytes().size()))
        .concat(object.bytes());
  }

  private static ByteString.Output output(List<StoredObject> items) {
    long size = 256;
    for (StoredObject item : items) {
      size += item.bytes().size() + 32L;
    }
    return ByteString.newOutput((int) Math.min(size, Integer.MAX_VALUE - 64));
  }

  private static void write(ByteString.Output out, int field, ByteString message) {
    writeTo(out, Frames.lengthPrefix(field, message.size()));
    writeTo(out, message);
  }

  private static void writeTo(ByteString.Output out, ByteString bytes) {
    try {
      bytes.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail.
    }
  }
}
