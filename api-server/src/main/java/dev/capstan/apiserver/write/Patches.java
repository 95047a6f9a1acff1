package dev.capstan.apiserver.write;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import dev.capstan.api.ApiErrors;

/** Reads merge patches that anybody may have written. */
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
}
