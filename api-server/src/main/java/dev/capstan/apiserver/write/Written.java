package dev.capstan.apiserver.write;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.ObjectMeta;

/**
 * The outcome of a write.
 *
 * @param kind of the object
 * @param written the object, with any version or none
 * @param resourceVersion of the write; of the object as it is if nothing had to be written; empty
 *     for a dry run that would have created it
 */
public record Written(Kind kind, Message written, String resourceVersion) {

  /** The object after the write as clients see it. Most writes of a batch are never asked. */
  public Message object() {
    return withVersion(kind, written, resourceVersion);
  }

  /** The same, serialized. */
  public ByteString bytes() {
    return object().toByteString();
  }

  static Message withVersion(Kind kind, Message object, String version) {
    ObjectMeta metadata = kind.metadata(object);
    return metadata.getResourceVersion().equals(version)
        ? object
        : kind.withMetadata(object, metadata.toBuilder().setResourceVersion(version).build());
  }
}
