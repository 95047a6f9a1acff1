package dev.capstan.e2e.sim.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.ObjectMeta;

/**
 * An object as the store holds it.
 *
 * @param key its key in the store
 * @param object without resourceVersion, as stored
 * @param bytes the same as it was serialized
 * @param revision at which it was last written
 * @param slot the writer's place in the revision's group
 */
record Held(
    Kind kind,
    String key,
    String namespace,
    String name,
    Message object,
    ByteString bytes,
    ObjectMeta meta,
    long revision,
    int slot) {

  String uid() {
    return meta.getUid();
  }

  /** As clients know it. */
  String version() {
    return ResourceVersions.of(revision, slot);
  }

  boolean isGoing() {
    return meta.hasDeletionTimestamp();
  }

  /** E.g. "Pod default/web-1". */
  @Override
  public String toString() {
    return kind.name() + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
  }
}
