package dev.capstan.apiserver.cache;

import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where objects lie in the store: {@code /capstan/v1/<plural>/<namespace>/<name>}, cluster-scoped
 * ones without namespace.
 */
public final class StoreKeys {

  /** Everything of Capstan's state but the commit lanes' markers. */
  public static final String ROOT = "/capstan/";

  /** Everything that is an object. */
  public static final String OBJECTS = ROOT + "v1/";

  private final Map<String, Kind> byPlural = new LinkedHashMap<>();

  public StoreKeys(KindRegistry kinds) {
    kinds.kinds().forEach(kind -> byPlural.put(kind.plural(), kind));
  }

  /** A key taken apart. */
  public record Place(Kind kind, String namespace, String name) {}

  /** The key of an object; the namespace of cluster-scoped kinds is empty. */
  public static String of(Kind kind, String namespace, String name) {
    return prefix(kind) + CachedObject.key(namespace, name);
  }

  /** What the keys of all objects of a kind begin with. */
  public static String prefix(Kind kind) {
    return OBJECTS + kind.plural() + "/";
  }

  /**
   * What the keys of a kind's objects in one namespace begin with; an empty namespace means all.
   */
  public static String prefix(Kind kind, String namespace) {
    return namespace.isEmpty() ? prefix(kind) : prefix(kind) + namespace + "/";
  }

  /** What lies under a key, or null if it is no object of a known kind. */
  public @Nullable Place place(String key) {
    String[] parts =
        key.startsWith(OBJECTS) ? key.substring(OBJECTS.length()).split("/", -1) : new String[0];
    Kind kind = parts.length == 0 ? null : byPlural.get(parts[0]);
    if (kind == null || parts.length != (kind.namespaced() ? 3 : 2)) {
      return null;
    }
    return kind.namespaced() ? new Place(kind, parts[1], parts[2]) : new Place(kind, "", parts[1]);
  }
}
