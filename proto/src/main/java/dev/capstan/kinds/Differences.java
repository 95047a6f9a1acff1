package dev.capstan.kinds;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;

/** Names the fields in which two messages differ. */
final class Differences {

  private Differences() {}

  /** JSON paths of the deepest fields that differ, in the order of the fields. */
  static List<String> between(Message a, Message b) {
    List<String> paths = new ArrayList<>();
    collect(a, b, "", paths);
    return paths;
  }

  private static void collect(Message a, Message b, String prefix, List<String> paths) {
    for (FieldDescriptor field : a.getDescriptorForType().getFields()) {
      Object left = a.getField(field);
      Object right = b.getField(field);
      boolean presence = field.hasPresence() && a.hasField(field) != b.hasField(field);
      if (!presence && left.equals(right)) {
        continue;
      }
      String path = prefix.isEmpty() ? field.getJsonName() : prefix + "." + field.getJsonName();
      boolean message = field.getJavaType() == JavaType.MESSAGE && !field.isMapField();
      if (message
          && field.isRepeated()
          && a.getRepeatedFieldCount(field) == b.getRepeatedFieldCount(field)) {
        for (int i = 0; i < a.getRepeatedFieldCount(field); i++) {
          collect(
              (Message) a.getRepeatedField(field, i),
              (Message) b.getRepeatedField(field, i),
              path + "[" + i + "]",
              paths);
        }
      } else if (message && !field.isRepeated() && !presence) {
        collect((Message) left, (Message) right, path, paths);
      } else {
        paths.add(path);
      }
    }
  }
}
