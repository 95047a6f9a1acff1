package dev.capstan.e2e.sim.check;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.capstan.api.Kind;

/** Parts of objects. */
final class Parts {

  private Parts() {}

  /** True if two states of an object differ in their status alone. */
  static boolean onlyStatus(Held before, Held after) {
    FieldDescriptor status = before.kind().statusField();
    for (FieldDescriptor field : before.object().getDescriptorForType().getFields()) {
      boolean same = before.object().getField(field).equals(after.object().getField(field));
      if (!field.equals(status) && !same) {
        return false;
      }
    }
    return true;
  }

  /** The object as clients see it, at a version. */
  static Message at(Held held, String version) {
    return held.kind()
        .withMetadata(held.object(), held.meta().toBuilder().setResourceVersion(version).build());
  }

  /** What is stored of an object a client sent or got: all but its version. */
  static Message stored(Kind kind, Message object) {
    return kind.withMetadata(
        object, kind.metadata(object).toBuilder().clearResourceVersion().build());
  }
}
