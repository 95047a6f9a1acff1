package dev.capstan.apiserver.write;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.ObjectJson;
import dev.capstan.api.ObjectJsonReader;
import dev.capstan.api.Unions;
import java.util.Map;
import java.util.Objects;

/** Merge patches (RFC 7396) that anybody may have written. */
final class Patches {

  private static final int MOST_BYTES = 1024 * 1024;

  private Patches() {}

  /** The patch as an object; INVALID_ARGUMENT if it is none. */
  static JsonObject parse(String text) {
    if (text.length() > MOST_BYTES) {
      throw ApiErrors.badRequest("mergePatch", "must be at most 1 MiB");
    }
    try {
      JsonElement json = JsonParser.parseString(text);
      if (json.isJsonObject()) {
        return json.getAsJsonObject();
      }
    } catch (JsonParseException e) {
      // Said below; the parser's own words name its classes.
    }
    throw ApiErrors.badRequest("mergePatch", "must be a JSON object");
  }

  /** The object with the patch merged in; INVALID_ARGUMENT with paths if that is no object. */
  static Message apply(Kind kind, Message old, JsonObject patch) {
    JsonObject before = ObjectJson.print(kind, named(old, patch));
    JsonObject after = ObjectJson.merge(before, patch).getAsJsonObject();
    Unions.settleAll(kind.descriptor(), after, patch);
    ObjectJsonReader.Result read = ObjectJsonReader.read(kind, after);
    if (!read.violations().isEmpty()) {
      throw ApiErrors.invalid(kind, kind.metadata(old).getName(), read.violations());
    }
    return withChanged(old, before, read.object(), after);
  }

  /** Of an object the fields that a patch names: by way of JSON go only those that it changes. */
  private static Message named(Message object, JsonObject patch) {
    Message.Builder result = object.newBuilderForType();
    object
        .getAllFields()
        .forEach((field, value) -> {
          if (patch.has(field.getJsonName())) {
            result.setField(field, value);
          }
        });
    return result.build();
  }

  /** JSON cuts times to seconds: fields that the patch left alone are kept as they were. */
  private static Message withChanged(
      Message old, JsonObject before, Message fresh, JsonObject after) {
    Message.Builder result = old.toBuilder();
    Map<FieldDescriptor, Object> values = fresh.getAllFields();
    for (FieldDescriptor field : old.getDescriptorForType().getFields()) {
      String name = field.getJsonName();
      if (Objects.equals(before.get(name), after.get(name))) {
        continue;
      }
      result.clearField(field);
      Object value = values.get(field);
      if (value != null) {
        result.setField(field, value);
      }
    }
    return result.build();
  }
}
