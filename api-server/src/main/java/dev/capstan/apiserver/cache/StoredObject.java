package dev.capstan.apiserver.cache;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.ObjectMeta;

/**
 * One object as the store holds it, at one version.
 *
 * @param kind what it is
 * @param namespace empty for cluster-scoped kinds
 * @param name unique within kind and namespace
 * @param metadata parsed, with the resourceVersion
 * @param bytes the serialized message, stamped with the resourceVersion: what clients are sent
 * @param createRevision the store's revision at which the key was created
 * @param modRevision the store's revision at which the key was last written
 * @param slot place within the commit group of {@code modRevision}
 */
public record StoredObject(
    Kind kind,
    String namespace,
    String name,
    ObjectMeta metadata,
    ByteString bytes,
    long createRevision,
    long modRevision,
    int slot) {

  /** Parses the whole object. The caller keeps the result: nothing is memorised here. */
  public Message parse() {
    try {
      return kind.prototype().getParserForType().parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(kind + " " + namespace + "/" + name + " is damaged", e);
    }
  }

  /** The version clients know it by. */
  public String resourceVersion() {
    return metadata.getResourceVersion();
  }
}
