package dev.capstan.kinds;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import java.util.LinkedHashMap;
import java.util.Map;

/** The kinds this server serves, with their strategies: the runtime registry. */
public final class ServedKinds {

  private final KindRegistry registry;
  private final Map<String, ServedKind> served = new LinkedHashMap<>();

  /**
   * @param strategies by kind's name; every kind of the registry has one
   */
  public ServedKinds(KindRegistry registry, Map<String, Strategy<?>> strategies) {
    this.registry = registry;
    for (Kind kind : registry.kinds()) {
      Strategy<?> strategy = strategies.get(kind.name());
      if (strategy == null) {
        throw new IllegalArgumentException("no strategy for kind " + kind);
      }
      served.put(kind.name(), new ServedKind(kind, strategy));
    }
  }

  /** The kinds that come with Capstan. */
  public static ServedKinds builtin() {
    Map<String, Strategy<?>> strategies = new LinkedHashMap<>();
    strategies.put("ConfigMap", new ConfigMapStrategy());
    strategies.put("Deployment", new DeploymentKindStrategy());
    strategies.put("Event", new EventStrategy());
    strategies.put("Lease", new LeaseStrategy());
    strategies.put("Namespace", new NamespaceStrategy());
    strategies.put("Node", new NodeStrategy());
    strategies.put("Pod", new PodStrategy());
    strategies.put("ReplicaSet", new ReplicaSetStrategy());
    strategies.put("Secret", new SecretStrategy());
    return new ServedKinds(KindRegistry.builtin(), strategies);
  }

  /** Names and scopes of all kinds. */
  public KindRegistry registry() {
    return registry;
  }

  /** A kind of the registry. */
  public ServedKind of(Kind kind) {
    return named(kind.name());
  }

  /** The kind of this CamelCase name; INVALID_ARGUMENT if there is none. */
  public ServedKind named(String name) {
    ServedKind kind = served.get(name);
    if (kind == null) {
      throw ApiErrors.badRequest(
          "kind", "the server doesn't have a kind " + Violations.quote(name));
    }
    return kind;
  }
}
