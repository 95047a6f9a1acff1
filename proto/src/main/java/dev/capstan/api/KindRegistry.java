package dev.capstan.api;

import com.google.protobuf.Message;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.Event;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.Secret;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The kinds a process knows, by each of their names. Immutable. */
public final class KindRegistry {

  private final List<Kind> kinds;
  private final Map<String, Kind> byName = new LinkedHashMap<>();
  private final Map<String, Kind> byAlias = new LinkedHashMap<>();

  public KindRegistry(List<Kind> kinds) {
    List<Kind> sorted = new ArrayList<>(kinds);
    sorted.sort(Comparator.comparing(Kind::plural));
    this.kinds = List.copyOf(sorted);
    this.kinds.forEach(this::register);
  }

  /** The kinds that come with Capstan. */
  public static KindRegistry builtin() {
    List<Message> prototypes =
        List.of(
            ConfigMap.getDefaultInstance(),
            Deployment.getDefaultInstance(),
            Event.getDefaultInstance(),
            Lease.getDefaultInstance(),
            Namespace.getDefaultInstance(),
            Node.getDefaultInstance(),
            Pod.getDefaultInstance(),
            ReplicaSet.getDefaultInstance(),
            Secret.getDefaultInstance());
    return new KindRegistry(prototypes.stream().map(Kind::of).toList());
  }

  private void register(Kind kind) {
    if (byName.put(kind.name(), kind) != null) {
      throw new IllegalArgumentException("two kinds are called " + kind.name());
    }
    String version = kind.info().getVersion();
    String group = kind.info().getGroup();
    List<String> aliases = new ArrayList<>(kind.info().getShortNamesList());
    aliases.addAll(List.of(kind.plural(), kind.info().getSingular()));
    for (String alias : aliases) {
      byAlias.putIfAbsent(alias, kind);
      if (!group.isEmpty()) {
        byAlias.putIfAbsent(alias + "." + group, kind);
        byAlias.putIfAbsent(alias + "." + version + "." + group, kind);
      }
    }
  }

  /** All kinds, by plural name. */
  public List<Kind> kinds() {
    return kinds;
  }

  /** The kind of this CamelCase name, e.g. "Pod". */
  public Optional<Kind> byName(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The kind of this CamelCase name, which must be known. */
  public Kind require(String name) {
    return byName(name)
        .orElseThrow(() -> new IllegalArgumentException("no kind is called " + name));
  }

  /** The kind of a manifest. */
  public Optional<Kind> byApiVersion(String apiVersion, String name) {
    return byName(name).filter(kind -> kind.apiVersion().equals(apiVersion));
  }

  /**
   * The kind a person means by "po", "pods", "pod", "deployments.apps" or "Deployment", in any
   * case.
   */
  public Optional<Kind> byAlias(String alias) {
    return Optional.ofNullable(byAlias.get(alias.toLowerCase(Locale.ROOT)));
  }
}
