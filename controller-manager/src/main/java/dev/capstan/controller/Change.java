package dev.capstan.controller;

import com.google.gson.JsonObject;
import com.google.protobuf.Message;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;

/** One write a controller wants: what its actions come down to. */
public sealed interface Change {

  /** Create the object. */
  record Create<T extends Message>(ObjectType<T> type, T object) implements Change {}

  /** Replace everything but the status, based on the version the object carries. */
  record Update<T extends Message>(ObjectType<T> type, T object) implements Change {}

  /** Replace the status, based on the version the object carries. */
  record UpdateStatus<T extends Message>(ObjectType<T> type, T object) implements Change {}

  /** Merge a patch into the object. */
  record Patch(ObjectType<?> type, ObjectKey key, Preconditions only, JsonObject patch)
      implements Change {}

  /** Delete the object. */
  record Delete(ObjectType<?> type, ObjectKey key, DeleteOptions options) implements Change {}

  /**
   * The object must still be this one, whatever has happened to it. Only for what is right for
   * ever: a request that was given up may arrive much later.
   */
  static Preconditions sameObject(ObjectMeta meta) {
    return Preconditions.newBuilder().setUid(meta.getUid()).build();
  }

  /** The object must not have changed since it was read. */
  static Preconditions unchanged(ObjectMeta meta) {
    return Preconditions.newBuilder()
        .setUid(meta.getUid())
        .setResourceVersion(meta.getResourceVersion())
        .build();
  }

  /** Where an object is. */
  static ObjectKey key(ObjectMeta meta) {
    return new ObjectKey(meta.getNamespace(), meta.getName());
  }
}
