package dev.capstan.api;

import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.capstan.api.v1.OptionsProto;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Merges where fields exclude each other: whoever sets one of them wants the others gone, also if
 * it was the server that had put them there as defaults. Who sets two is told that this is wrong.
 */
public final class Unions {

  private Unions() {}

  /**
   * Takes away what contradicts what was set; does not go into the members.
   *
   * @param type of both objects
   * @param merged the result of a merge; is changed
   * @param set what was merged into it
   */
  public static void settle(Descriptor type, JsonObject merged, JsonObject set) {
    for (FieldDescriptor field : type.getFields()) {
      String name = field.getJsonName();
      if (merged.has(name) && !has(set, name) && (isRivalled(field, set) || isUnfit(field, set))) {
        merged.remove(name);
      }
    }
  }

  /** As {@link #settle}, at every depth. Lists are replaced by a merge patch, and need nothing. */
  public static void settleAll(Descriptor type, JsonObject merged, JsonObject set) {
    settle(type, merged, set);
    for (FieldDescriptor field : type.getFields()) {
      String name = field.getJsonName();
      Descriptor inner = ofMember(type, name);
      if (inner != null
          && merged.get(name) instanceof JsonObject result
          && set.get(name) instanceof JsonObject part) {
        settleAll(inner, result, part);
      }
    }
  }

  /** The type of a member, or of its items if it is a list; null if that is no message. */
  public static @Nullable Descriptor ofMember(Descriptor type, String jsonName) {
    for (FieldDescriptor field : type.getFields()) {
      if (field.getJsonName().equals(jsonName)) {
        boolean message = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
        return message && !field.isMapField() ? field.getMessageType() : null;
      }
    }
    return null;
  }

  private static boolean has(JsonObject set, String name) {
    return set.has(name) && !set.get(name).isJsonNull();
  }

  private static boolean isRivalled(FieldDescriptor field, JsonObject set) {
    String union = field.getOptions().getExtension(OptionsProto.union);
    return !union.isEmpty()
        && field.getContainingType().getFields().stream()
            .filter(other -> other.getOptions().getExtension(OptionsProto.union).equals(union))
            .anyMatch(other -> has(set, other.getJsonName()));
  }

  private static boolean isUnfit(FieldDescriptor field, JsonObject set) {
    String condition = field.getOptions().getExtension(OptionsProto.onlyWith);
    if (condition.isEmpty()) {
      return false;
    }
    List<String> parts = List.of(condition.split("=", 2));
    return has(set, parts.getFirst())
        && set.get(parts.getFirst()).isJsonPrimitive()
        && !set.get(parts.getFirst()).getAsString().equals(parts.getLast());
  }
}
