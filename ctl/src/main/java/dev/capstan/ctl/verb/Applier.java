package dev.capstan.ctl.verb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.Message;
import dev.capstan.api.ObjectJson;
import dev.capstan.api.ObjectJsonReader;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Resource;
import dev.capstan.ctl.cluster.Target;
import dev.capstan.ctl.manifest.Manifest;
import dev.capstan.ctl.manifest.ManifestException;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.text.JsonPrinter;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Applies one object. */
final class Applier {

  /** Somebody else may write between our reading and our writing; this often we look again. */
  private static final int ATTEMPTS = 5;

  private static final int LONG_VALUE = 256;

  private final Manifest manifest;
  private final Resource<Message> resource;

  /**
   * What was done.
   *
   * @param verb created, configured or unchanged
   */
  record Result(Item item, String verb) {}

  Applier(Api api, Manifest manifest) {
    this.manifest = manifest;
    this.resource = Target.resource(api, manifest.kind(), manifest.metadata().getNamespace());
  }

  /**
   * Makes the cluster have the object.
   *
   * @throws ManifestException if no object can be named like it
   */
  Result apply() throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        Optional<Message> live = find();
        return live.isPresent() ? change(live.get()) : create();
      } catch (ApiException.Conflict | ApiException.AlreadyExists e) {
        boolean pinned = !manifest.metadata().getResourceVersion().isEmpty();
        if (pinned || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * What {@link #apply} would do, told without asking the server to do it.
   *
   * @throws ManifestException if the server would refuse it whatever else is there
   */
  Result compare() throws InterruptedException {
    Optional<Message> live = find();
    if (live.isEmpty()) {
      LocalRules.check(List.of(manifest.with(fresh())));
      return new Result(new Item(manifest.kind(), manifest.object()), "created");
    }
    JsonObject patch = patch(live.get());
    LocalRules.checkChange(manifest, live.get(), patched(live.get(), patch));
    String verb = patch.isEmpty() ? "unchanged" : "configured";
    return new Result(new Item(manifest.kind(), live.get()), verb);
  }

  private Message patched(Message live, JsonObject patch) {
    JsonObject after = ObjectJson.merge(ObjectJson.print(live), patch).getAsJsonObject();
    return ObjectJsonReader.read(manifest.kind(), after).object();
  }

  /**
   * The object as it is, if it is there.
   *
   * @throws ManifestException with everything that is wrong with the manifest, if no object can
   *     have its name: the server, asked for such a name, speaks of nothing else
   */
  private Optional<Message> find() throws InterruptedException {
    try {
      return resource.find(manifest.metadata().getName());
    } catch (ApiException.Invalid e) {
      LocalRules.check(List.of(manifest.with(fresh())));
      throw e;
    }
  }

  private Result create() throws InterruptedException {
    return new Result(new Item(manifest.kind(), resource.create(fresh())), "created");
  }

  /** The object as it is created. */
  private Message fresh() {
    ObjectMeta meta =
        manifest.metadata().toBuilder()
            .clearResourceVersion()
            .clearUid()
            .putAnnotations(WellKnown.ANNOTATION_LAST_APPLIED, lastApplied())
            .build();
    return manifest.kind().withMetadata(manifest.object(), meta);
  }

  private Result change(Message live) throws InterruptedException {
    JsonObject patch = patch(live);
    if (patch.isEmpty()) {
      return new Result(new Item(manifest.kind(), live), "unchanged");
    }
    ObjectMeta meta = manifest.kind().metadata(live);
    String pinned = manifest.metadata().getResourceVersion();
    PatchRequest request =
        PatchRequest.newBuilder()
            .setName(meta.getName())
            .setMergePatch(JsonPrinter.compact(patch))
            .setPreconditions(
                Preconditions.newBuilder()
                    .setUid(meta.getUid())
                    .setResourceVersion(pinned.isEmpty() ? meta.getResourceVersion() : pinned))
            .build();
    Message changed = resource.patch(request);
    boolean same = changed.equals(live);
    return new Result(new Item(manifest.kind(), changed), same ? "unchanged" : "configured");
  }

  private JsonObject patch(Message live) {
    JsonObject wanted = wanted();
    JsonObject there = ObjectJson.print(live);
    String last =
        manifest
            .kind()
            .metadata(live)
            .getAnnotationsOrDefault(WellKnown.ANNOTATION_LAST_APPLIED, "");
    String fresh = lastApplied();
    JsonObject merged =
        ThreeWay.merge(manifest.kind().descriptor(), parse(last), there, wanted).getAsJsonObject();
    JsonObject patch = ThreeWay.patch(there, merged);
    if (!last.equals(fresh)) {
      JsonObject annotations = child(child(patch, "metadata"), "annotations");
      annotations.addProperty(WellKnown.ANNOTATION_LAST_APPLIED, fresh);
    }
    return patch;
  }

  private static JsonObject child(JsonObject parent, String key) {
    if (!(parent.get(key) instanceof JsonObject)) {
      parent.add(key, new JsonObject());
    }
    return parent.getAsJsonObject(key);
  }

  private static JsonElement parse(String json) {
    try {
      return json.isEmpty() ? JsonNull.INSTANCE : JsonParser.parseString(json);
    } catch (JsonParseException e) {
      return JsonNull.INSTANCE; // Somebody edited the annotation; nothing is removed then.
    }
  }

  /** The object without what only the server writes. */
  private JsonObject wanted() {
    ObjectMeta meta =
        manifest.metadata().toBuilder()
            .clearResourceVersion()
            .clearUid()
            .removeAnnotations(WellKnown.ANNOTATION_LAST_APPLIED)
            .build();
    return ObjectJson.print(manifest.kind().withMetadata(manifest.object(), meta));
  }

  /**
   * What the next apply compares with. It needs to know which fields there were, so long values are
   * left out (annotations may have 256 KiB), and all values of a Secret (they have no business in
   * an annotation).
   */
  private String lastApplied() {
    JsonObject json = new JsonObject();
    json.addProperty("apiVersion", manifest.kind().apiVersion());
    json.addProperty("kind", manifest.kind().name());
    boolean secret = manifest.kind().name().equals("Secret");
    for (Map.Entry<String, JsonElement> e : wanted().entrySet()) {
      boolean data = secret && (e.getKey().equals("data") || e.getKey().equals("stringData"));
      json.add(e.getKey(), shortened(e.getValue(), data ? 0 : LONG_VALUE));
    }
    return JsonPrinter.compact(json);
  }

  private static JsonElement shortened(JsonElement value, int limit) {
    return switch (value) {
      case JsonObject map -> {
        JsonObject copy = new JsonObject();
        map.entrySet().forEach(e -> copy.add(e.getKey(), shortened(e.getValue(), limit)));
        yield copy;
      }
      case JsonArray list -> {
        JsonArray copy = new JsonArray();
        list.forEach(item -> copy.add(shortened(item, limit)));
        yield copy;
      }
      case JsonPrimitive p when p.isString() && p.getAsString().length() > limit ->
          new JsonPrimitive("");
      default -> value;
    };
  }
}
