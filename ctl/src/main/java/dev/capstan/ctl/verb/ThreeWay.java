package dev.capstan.ctl.verb;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.protobuf.Descriptors.Descriptor;
import dev.capstan.api.ObjectJson;
import dev.capstan.api.Unions;
import dev.capstan.api.v1.ResourceRequirements;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What {@code apply} makes of three versions of an object: the one applied last, the one on the
 * server, and the one to apply.
 *
 * <p>Fields of the new one are set, fields that the last one had and the new one has not are
 * removed, everything else (defaults, what controllers wrote) stays. Lists of named things are
 * merged by name, as Kubernetes' strategic merge does; other lists are replaced. Of fields that
 * exclude each other the new one's stays.
 */
final class ThreeWay {

  private static final List<String> KEYS = List.of("name", "containerPort", "uid", "type");

  private ThreeWay() {}

  /**
   * The object that should be on the server.
   *
   * @param type of the message that the three are, or of each item; null if they are none
   */
  static JsonElement merge(
      @Nullable Descriptor type, JsonElement last, JsonElement live, JsonElement wanted) {
    if (wanted instanceof JsonObject w && live instanceof JsonObject l) {
      return objects(type, last instanceof JsonObject o ? o : new JsonObject(), l, w);
    }
    if (wanted instanceof JsonArray w && live instanceof JsonArray l) {
      return lists(type, last instanceof JsonArray a ? a : new JsonArray(), l, w);
    }
    return wanted;
  }

  private static JsonObject objects(
      @Nullable Descriptor type, JsonObject last, JsonObject live, JsonObject wanted) {
    JsonObject merged = new JsonObject();
    for (Map.Entry<String, JsonElement> e : live.entrySet()) {
      boolean removed = last.has(e.getKey()) && !wanted.has(e.getKey());
      if (!removed) {
        merged.add(e.getKey(), e.getValue());
      }
    }
    for (Map.Entry<String, JsonElement> e : wanted.entrySet()) {
      JsonElement was = get(last, e.getKey());
      JsonElement is = get(live, e.getKey());
      Descriptor inner = type == null ? null : Unions.ofMember(type, e.getKey());
      merged.add(e.getKey(), merge(inner, was, is, e.getValue()));
    }
    if (type != null) {
      Unions.settle(type, merged, wanted);
    }
    if (ResourceRequirements.getDescriptor().equals(type)) {
      letRequestsFollow(last, live, wanted, merged);
    }
    return merged;
  }

  /** Requests that nobody has asked for were made from the limits, and are made anew with them. */
  private static void letRequestsFollow(
      JsonObject last, JsonObject live, JsonObject wanted, JsonObject merged) {
    if (!(merged.get("requests") instanceof JsonObject requests)
        || !(get(wanted, "limits") instanceof JsonObject limits)) {
      return;
    }
    JsonObject rest = requests.deepCopy();
    for (String name : limits.keySet()) {
      boolean asked = member(last, "requests", name) != null;
      JsonElement made = member(live, "requests", name);
      if (!asked && made != null && made.equals(member(live, "limits", name))) {
        rest.remove(name);
      }
    }
    JsonElement own = get(wanted, "requests");
    merged.add("requests", ObjectJson.merge(rest, own.isJsonNull() ? new JsonObject() : own));
  }

  private static @Nullable JsonElement member(JsonObject of, String map, String key) {
    return of.get(map) instanceof JsonObject members ? members.get(key) : null;
  }

  private static JsonElement get(JsonObject o, String key) {
    JsonElement e = o.get(key);
    return e == null ? JsonNull.INSTANCE : e;
  }

  private static JsonArray lists(
      @Nullable Descriptor type, JsonArray last, JsonArray live, JsonArray wanted) {
    Optional<String> key =
        KEYS.stream().filter(k -> isKey(k, live) && isKey(k, wanted) && isKey(k, last)).findFirst();
    if (key.isEmpty()) {
      return wanted;
    }
    Map<String, JsonElement> before = byKey(key.get(), last);
    Map<String, JsonElement> there = byKey(key.get(), live);
    Map<String, JsonElement> merged = new LinkedHashMap<>();
    byKey(key.get(), wanted)
        .forEach((k, item) ->
            merged.put(
                k,
                merge(
                    type,
                    before.getOrDefault(k, JsonNull.INSTANCE),
                    there.getOrDefault(k, JsonNull.INSTANCE),
                    item)));
    there.forEach((k, item) -> {
      if (!before.containsKey(k)) {
        merged.putIfAbsent(k, item);
      }
    });
    JsonArray list = new JsonArray();
    merged.values().forEach(list::add);
    return list;
  }

  /** True if every item is an object with this member, each with another value. */
  private static boolean isKey(String key, JsonArray list) {
    List<String> seen = new ArrayList<>();
    for (JsonElement item : list) {
      boolean keyed = item instanceof JsonObject o && o.has(key) && o.get(key).isJsonPrimitive();
      if (!keyed) {
        return false;
      }
      seen.add(item.getAsJsonObject().get(key).getAsString());
    }
    return seen.stream().distinct().count() == seen.size();
  }

  private static Map<String, JsonElement> byKey(String key, JsonArray list) {
    Map<String, JsonElement> map = new LinkedHashMap<>();
    list.forEach(item -> map.put(item.getAsJsonObject().get(key).getAsString(), item));
    return map;
  }

  /** The merge patch (RFC 7396) that makes {@code to} of {@code from}; empty if they are equal. */
  static JsonObject patch(JsonObject from, JsonObject to) {
    JsonObject patch = new JsonObject();
    for (String key : from.keySet()) {
      if (!to.has(key)) {
        patch.add(key, JsonNull.INSTANCE);
      }
    }
    for (Map.Entry<String, JsonElement> e : to.entrySet()) {
      JsonElement old = from.get(e.getKey());
      if (old instanceof JsonObject a && e.getValue() instanceof JsonObject b) {
        JsonObject inner = patch(a, b);
        if (!inner.isEmpty()) {
          patch.add(e.getKey(), inner);
        }
      } else if (!e.getValue().equals(old)) {
        patch.add(e.getKey(), e.getValue());
      }
    }
    return patch;
  }
}
