package dev.capstan.ctl.golden;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.capstan.api.FieldSelectors;
import java.util.List;

/** Field selectors over an object's JSON. */
final class FakeFields {

  private FakeFields() {}

  static boolean match(List<FieldSelectors.Requirement> fields, JsonObject json) {
    return fields.stream().allMatch(f -> f.accepts(value(json, f.path())));
  }

  private static String value(JsonObject json, String path) {
    JsonElement at = json;
    for (String name : path.split("\\.")) {
      if (!(at instanceof JsonObject o) || !o.has(name)) {
        return "";
      }
      at = o.get(name);
    }
    return at.isJsonPrimitive() ? at.getAsString() : "";
  }
}
