package dev.capstan.api;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.capstan.api.v1.IntOrString;
import dev.capstan.api.v1.OptionsProto;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads Kubernetes' JSON into messages, strictly: an unknown field or a wrong type is a {@link
 * Violation} with its path, never dropped. All violations of a text are collected.
 */
public final class ObjectJsonReader {

  /** Deeper nesting than this is refused; no kind comes near it. */
  private static final int MAX_DEPTH = 64;

  private final List<Violation> violations = new ArrayList<>();

  /**
   * What was read.
   *
   * @param object the message; incomplete if there are violations
   * @param violations empty if all is well
   */
  public record Result(Message object, List<Violation> violations) {}

  private ObjectJsonReader() {}

  /** Reads an object; apiVersion and kind may be absent but must be right when present. */
  public static Result read(Kind kind, JsonObject json) {
    ObjectJsonReader reader = new ObjectJsonReader();
    JsonObject body = json.deepCopy();
    reader.expect(body, "apiVersion", kind.apiVersion());
    reader.expect(body, "kind", kind.name());
    Message.Builder builder = kind.prototype().newBuilderForType();
    reader.readFields(body, builder, "", 0);
    return new Result(builder.build(), List.copyOf(reader.violations));
  }

  private void expect(JsonObject body, String member, String wanted) {
    JsonElement value = body.remove(member);
    boolean right =
        value == null || (value.isJsonPrimitive() && value.getAsString().equals(wanted));
    if (!right) {
      violations.add(new Violation(member, "must be " + wanted));
    }
  }

  private void readFields(JsonObject json, Message.Builder builder, String path, int depth) {
    if (depth > MAX_DEPTH) {
      violations.add(new Violation(path, "is nested too deeply"));
      return;
    }
    for (Map.Entry<String, JsonElement> member : json.entrySet()) {
      String memberPath = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
      FieldDescriptor field = field(builder.getDescriptorForType(), member.getKey());
      if (field == null) {
        violations.add(new Violation(memberPath, "unknown field"));
      } else if (!member.getValue().isJsonNull()) {
        readField(field, member.getValue(), builder, memberPath, depth);
      }
    }
  }

  private static @Nullable FieldDescriptor field(Descriptor type, String jsonName) {
    for (FieldDescriptor field : type.getFields()) {
      if (field.getJsonName().equals(jsonName)) {
        return field;
      }
    }
    return null;
  }

  private void readField(
      FieldDescriptor field, JsonElement json, Message.Builder builder, String path, int depth) {
    if (field.isMapField()) {
      readMap(field, json, builder, path, depth);
    } else if (field.isRepeated()) {
      readList(field, json, builder, path, depth);
    } else {
      Object value = single(field, json, newItem(builder, field), path, depth);
      if (value != null && !NamedInputs.isEmptyAndShownAnyway(field, value)) {
        builder.setField(field, value);
      }
    }
  }

  private void readList(
      FieldDescriptor field, JsonElement json, Message.Builder builder, String path, int depth) {
    if (!json.isJsonArray()) {
      violations.add(new Violation(path, "must be a list"));
      return;
    }
    int index = 0;
    for (JsonElement item : json.getAsJsonArray()) {
      Object value = single(field, item, newItem(builder, field), path + "[" + index + "]", depth);
      if (value != null) {
        builder.addRepeatedField(field, value);
      }
      index++;
    }
  }

  private void readMap(
      FieldDescriptor field, JsonElement json, Message.Builder builder, String path, int depth) {
    if (!json.isJsonObject()) {
      violations.add(new Violation(path, "must be a map"));
      return;
    }
    Descriptor entryType = field.getMessageType();
    FieldDescriptor valueField = entryType.findFieldByName("value");
    boolean quantity = field.getOptions().getExtension(OptionsProto.quantity);
    for (Map.Entry<String, JsonElement> member : json.getAsJsonObject().entrySet()) {
      Message.Builder entry = builder.newBuilderForField(field);
      entry.setField(entryType.findFieldByName("key"), member.getKey());
      String memberPath = path + "['" + member.getKey() + "']";
      JsonElement raw = member.getValue();
      boolean number = quantity && raw.isJsonPrimitive() && raw.getAsJsonPrimitive().isNumber();
      JsonElement element = number ? new JsonPrimitive(raw.getAsString()) : raw;
      Object value = single(valueField, element, null, memberPath, depth);
      if (value != null) {
        builder.addRepeatedField(field, entry.setField(valueField, value).build());
      }
    }
  }

  private static Message.@Nullable Builder newItem(Message.Builder builder, FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        ? builder.newBuilderForField(field)
        : null;
  }

  private @Nullable Object single(
      FieldDescriptor field,
      JsonElement json,
      Message.@Nullable Builder nested,
      String path,
      int depth) {
    try {
      return switch (field.getJavaType()) {
        case INT -> Math.toIntExact(wholeNumber(json));
        case LONG -> wholeNumber(json);
        case BOOLEAN -> bool(json);
        case STRING -> text(json);
        case BYTE_STRING -> ByteString.copyFrom(Base64.getDecoder().decode(text(json)));
        case MESSAGE -> message(json, nested, path, depth);
        case FLOAT, DOUBLE, ENUM ->
            throw new IllegalStateException(field.getFullName() + " has a type no API field has");
      };
    } catch (WrongType e) {
      violations.add(new Violation(path, e.expected));
    } catch (ArithmeticException e) {
      violations.add(new Violation(path, "is out of range"));
    } catch (IllegalArgumentException e) {
      violations.add(new Violation(path, "must be base64"));
    }
    return null;
  }

  private @Nullable Object message(
      JsonElement json, Message.@Nullable Builder nested, String path, int depth) throws WrongType {
    if (nested instanceof Timestamp.Builder) {
      return time(json);
    }
    if (nested instanceof IntOrString.Builder) {
      return intOrString(json);
    }
    if (nested == null || !json.isJsonObject()) {
      throw new WrongType("must be an object");
    }
    readFields(json.getAsJsonObject(), nested, path, depth + 1);
    return nested.build();
  }

  private static Timestamp time(JsonElement json) throws WrongType {
    try {
      return ApiTimes.of(Instant.parse(text(json)));
    } catch (DateTimeParseException e) {
      throw new WrongType("must be a time such as 2026-11-22T10:15:30Z");
    }
  }

  private static IntOrString intOrString(JsonElement json) throws WrongType {
    boolean string = json.isJsonPrimitive() && json.getAsJsonPrimitive().isString();
    return string
        ? IntOrStrings.of(json.getAsString())
        : IntOrStrings.of(Math.toIntExact(wholeNumber(json)));
  }

  private static long wholeNumber(JsonElement json) throws WrongType {
    if (!json.isJsonPrimitive() || !json.getAsJsonPrimitive().isNumber()) {
      throw new WrongType("must be a whole number");
    }
    try {
      BigDecimal number = new BigDecimal(json.getAsString());
      // The scale is checked first: expanding 1e999999999 would fill the memory.
      if (Math.abs(number.scale()) > 20 || number.stripTrailingZeros().scale() > 0) {
        throw new WrongType("must be a whole number");
      }
      return number.longValueExact();
    } catch (NumberFormatException e) {
      throw new WrongType("must be a whole number");
    }
  }

  private static boolean bool(JsonElement json) throws WrongType {
    if (!json.isJsonPrimitive() || !json.getAsJsonPrimitive().isBoolean()) {
      throw new WrongType("must be true or false");
    }
    return json.getAsBoolean();
  }

  private static String text(JsonElement json) throws WrongType {
    if (!json.isJsonPrimitive() || !json.getAsJsonPrimitive().isString()) {
      throw new WrongType("must be a text");
    }
    return json.getAsString();
  }

  /** A value that does not fit its field. */
  private static final class WrongType extends Exception {
    private static final long serialVersionUID = 1L;
    private final String expected;

    WrongType(String expected) {
      super(expected, null, false, false);
      this.expected = expected;
    }
  }
}
