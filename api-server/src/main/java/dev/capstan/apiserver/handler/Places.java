package dev.capstan.apiserver.handler;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.apiserver.write.Target;
import dev.capstan.kinds.Names;
import dev.capstan.kinds.ServedKind;

/** Checks the names in a request before they become part of a key. */
final class Places {

  private Places() {}

  /** The object a request names; INVALID_ARGUMENT if no object can be called so. */
  static Target target(ServedKind served, String namespace, String name) {
    namespace(served.kind(), namespace);
    if (!Names.isDnsSubdomain(name)) {
      throw ApiErrors.badRequest("name", "must be a DNS-1123 subdomain");
    }
    return new Target(served, namespace, name);
  }

  /** INVALID_ARGUMENT unless the kind's objects can live in this namespace. */
  static void namespace(Kind kind, String namespace) {
    if (kind.namespaced() && !Names.isDnsLabel(namespace)) {
      throw ApiErrors.badRequest("namespace", "must be a DNS-1123 label");
    }
    if (!kind.namespaced() && !namespace.isEmpty()) {
      throw ApiErrors.badRequest(
          "namespace", "must be empty: " + kind.plural() + " live in no namespace");
    }
  }
}
