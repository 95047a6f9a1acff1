package dev.capstan.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.capstan.api.v1.IntOrString;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Objects as Kubernetes' JSON: plain numbers, times in whole seconds, bytes in base64, {@link
 * IntOrString} as either, fields that are unset or empty left out. The way back is {@link
 * ObjectJsonReader}.
 */
public final class ObjectJson {

  private ObjectJson() {}

  /** The object with apiVersion and kind in front. */
  public static JsonObject print(Kind kind, Message object) {
    JsonObject json = new JsonObject();
    json.addProperty("apiVersion", kind.apiVersion());
    json.addProperty("kind", kind.name());
    printFields(object, json);
    return json;
  }

  /** A part of an object. */
  public static JsonObject print(Message message) {
    JsonObject json = new JsonObject();
    printFields(message, json);
    return json;
  }

  private static void printFields(Message message, JsonObject json) {
    // getAllFields: set fields only, in the order of their numbers; presence is honoured.
    message
        .getAllFields()
        .forEach((field, value) -> json.add(field.getJsonName(), value(field, value)));
  }

  private static JsonElement value(FieldDescriptor field, Object value) {
    if (field.isMapField()) {
      return map(field, (List<?>) value);
    }
    if (field.isRepeated()) {
      JsonArray array = new JsonArray();
      ((List<?>) value).forEach(item -> array.add(single(field, item)));
      return array;
    }
    return single(field, value);
  }

  private static JsonObject map(FieldDescriptor field, List<?> entries) {
    Map<String, JsonElement> sorted = new TreeMap<>();
    FieldDescriptor valueField = field.getMessageType().findFieldByName("value");
    for (Object entry : entries) {
      if (entry instanceof MapEntry<?, ?> mapEntry) {
        sorted.put(mapEntry.getKey().toString(), single(valueField, mapEntry.getValue()));
      } else if (entry instanceof Message dynamic) {
        Descriptor type = dynamic.getDescriptorForType();
        sorted.put(
            dynamic.getField(type.findFieldByName("key")).toString(),
            single(valueField, dynamic.getField(type.findFieldByName("value"))));
      }
    }
    JsonObject json = new JsonObject();
    sorted.forEach(json::add);
    return json;
  }

  private static JsonElement single(FieldDescriptor field, Object value) {
    return switch (value) {
      case Timestamp time -> new JsonPrimitive(ApiTimes.print(time));
      case IntOrString either -> intOrString(either);
      case Message message -> print(message);
      case ByteString bytes ->
          new JsonPrimitive(Base64.getEncoder().encodeToString(bytes.toByteArray()));
      case String text -> new JsonPrimitive(text);
      case Boolean bool -> new JsonPrimitive(bool);
      case Number number -> new JsonPrimitive(number);
      default ->
          throw new IllegalStateException(
              field.getFullName() + " has a type that no API field has: " + value.getClass());
    };
  }

  private static JsonElement intOrString(IntOrString value) {
    return switch (value.getValueCase()) {
      case INT_VALUE -> new JsonPrimitive(value.getIntValue());
      case STRING_VALUE -> new JsonPrimitive(value.getStringValue());
      case VALUE_NOT_SET -> JsonNull.INSTANCE;
    };
  }

  /**
   * Applies a merge patch (RFC 7396): members of the patch replace the target's, null removes,
   * objects merge.
   *
   * @return a new element; the target is left as it is
   */
  public static JsonElement merge(JsonElement target, JsonElement patch) {
    if (!patch.isJsonObject()) {
      return patch.deepCopy();
    }
    JsonObject result =
        target.isJsonObject() ? target.getAsJsonObject().deepCopy() : new JsonObject();
    for (Map.Entry<String, JsonElement> member : patch.getAsJsonObject().entrySet()) {
      if (member.getValue().isJsonNull()) {
        result.remove(member.getKey());
      } else {
        JsonElement old =
            result.has(member.getKey()) ? result.get(member.getKey()) : JsonNull.INSTANCE;
        result.add(member.getKey(), merge(old, member.getValue()));
      }
    }
    return result;
  }
}
