package dev.capstan.apiserver.write;

import dev.capstan.api.Kind;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.kinds.ServedKind;

/**
 * The object a write is about.
 *
 * @param namespace empty for cluster-scoped kinds
 */
public record Target(ServedKind served, String namespace, String name) {

  Kind kind() {
    return served.kind();
  }

  String key() {
    return StoreKeys.of(kind(), namespace, name);
  }
}
