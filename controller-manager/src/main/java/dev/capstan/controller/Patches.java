package dev.capstan.controller;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.capstan.api.ObjectJson;
import dev.capstan.api.v1.OwnerReference;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Merge patches (RFC 7396) of the parts controllers write. */
public final class Patches {

  private Patches() {}

  /** {"metadata": {"ownerReferences": […]}}. Replaces the list: patch only an unchanged object. */
  public static JsonObject ownerReferences(List<OwnerReference> references) {
    JsonArray list = new JsonArray();
    references.forEach(reference -> list.add(ObjectJson.print(reference)));
    JsonObject metadata = new JsonObject();
    metadata.add("ownerReferences", list);
    return in("metadata", metadata);
  }

  /** {"metadata": {"finalizers": […]}}. Replaces the list: patch only an unchanged object. */
  public static JsonObject finalizers(List<String> finalizers) {
    JsonArray list = new JsonArray();
    finalizers.forEach(list::add);
    JsonObject metadata = new JsonObject();
    metadata.add("finalizers", list);
    return in("metadata", metadata);
  }

  /** {"metadata": {"annotations": {…}}}. */
  public static JsonObject annotations(Map<String, String> annotations) {
    JsonObject map = new JsonObject();
    new TreeMap<>(annotations).forEach(map::addProperty);
    JsonObject metadata = new JsonObject();
    metadata.add("annotations", map);
    return in("metadata", metadata);
  }

  /** {field: value}. */
  public static JsonObject in(String field, JsonObject value) {
    JsonObject json = new JsonObject();
    json.add(field, value);
    return json;
  }
}
