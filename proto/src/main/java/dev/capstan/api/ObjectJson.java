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
import dev.capstan.api.v1.OptionsProto;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Objects as Kubernetes' JSON: plain numbers, times in whole seconds, bytes in base64, {@link
 * IntOrString} as either, fields that are unset or empty left out. The way back is {@link
 * ObjectJsonReader}.
 *
 * <p>There are two forms. What is merged, compared or hashed is {@link #print printed} without
 * anything unset. What people and scripts see is {@link #show shown} with the fields that
 * Kubernetes' API always shows, {@code restartCount: 0} for one: a filter on a field that is left
 * out matches nothing.
 */
public final class ObjectJson {

  /** By the name of a message type, the fields of it that are always shown. */
  private static final Map<String, List<FieldDescriptor>> ALWAYS = new ConcurrentHashMap<>();

  private final boolean shows;

  private ObjectJson(boolean shows) {
    this.shows = shows;
  }

  /** The object with apiVersion and kind in front. */
  public static JsonObject print(Kind kind, Message object) {
    return new ObjectJson(false).object(kind, object);
  }

  /** As {@link #print(Kind, Message)}, with the fields that are always shown. */
  public static JsonObject show(Kind kind, Message object) {
    return new ObjectJson(true).object(kind, object);
  }

  /** A part of an object. */
  public static JsonObject print(Message message) {
    return new ObjectJson(false).members(message);
  }

  private JsonObject object(Kind kind, Message object) {
    JsonObject json = new JsonObject();
    json.addProperty("apiVersion", kind.apiVersion());
    json.addProperty("kind", kind.name());
    printFields(object, json);
    return json;
  }

  private JsonObject members(Message message) {
    JsonObject json = new JsonObject();
    printFields(message, json);
    return json;
  }

  private void printFields(Message message, JsonObject json) {
    // getAllFields: set fields only, in the order of their numbers; presence is honoured.
    fields(message).forEach((field, value) -> json.add(field.getJsonName(), value(field, value)));
  }

  private Map<FieldDescriptor, Object> fields(Message message) {
    Map<FieldDescriptor, Object> set = message.getAllFields();
    List<FieldDescriptor> always = shows ? always(message.getDescriptorForType()) : List.of();
    if (set.keySet().containsAll(always)) {
      return set;
    }
    Map<FieldDescriptor, Object> all = new TreeMap<>(set);
    always.forEach(field -> all.putIfAbsent(field, message.getField(field)));
    return all;
  }

  private static List<FieldDescriptor> always(Descriptor type) {
    return ALWAYS.computeIfAbsent(
        type.getFullName(),
        name ->
            type.getFields().stream()
                .filter(f -> f.getOptions().getExtension(OptionsProto.alwaysPrinted))
                .toList());
  }

  private JsonElement value(FieldDescriptor field, Object value) {
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

  private JsonObject map(FieldDescriptor field, List<?> entries) {
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

  private JsonElement single(FieldDescriptor field, Object value) {
    return switch (value) {
      // A time that is always shown may be unset.
      case Timestamp time when shows && isUnset(time) -> JsonNull.INSTANCE;
      case Timestamp time -> new JsonPrimitive(ApiTimes.print(time));
      case IntOrString either -> intOrString(either);
      case Message message -> members(message);
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

  private static boolean isUnset(Timestamp time) {
    return time.equals(Timestamp.getDefaultInstance());
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
