package dev.capstan.ctl.golden;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.ObjectJsonReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The objects of src/test/resources/clusters, with all that only a server writes. */
final class Clusters {

  private Clusters() {}

  static List<FakeServer.Pending> read(KindRegistry kinds, Path file) throws IOException {
    List<FakeServer.Pending> objects = new ArrayList<>();
    LoadSettings settings = LoadSettings.builder().build();
    for (Object document : new Load(settings).loadAllFromString(Files.readString(file))) {
      JsonElement json = JsonParser.parseString(new Gson().toJson(document));
      Kind kind = kinds.require(json.getAsJsonObject().get("kind").getAsString());
      ObjectJsonReader.Result result = ObjectJsonReader.read(kind, json.getAsJsonObject());
      if (!result.violations().isEmpty()) {
        throw new IllegalArgumentException(file + ": " + result.violations());
      }
      objects.add(new FakeServer.Pending("", kind, result.object()));
    }
    return objects;
  }
}
