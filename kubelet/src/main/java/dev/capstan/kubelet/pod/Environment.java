package dev.capstan.kubelet.pod;

import com.google.protobuf.ByteString;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.EnvVar;
import dev.capstan.api.v1.EnvVarSource;
import dev.capstan.api.v1.KeySelector;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Secret;
import dev.capstan.kubelet.pod.PodApi.ApiFault;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Resolves the environment, command and arguments of a container. */
final class Environment {

  private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([^()]+)\\)");
  private static final Pattern MAP_FIELD =
      Pattern.compile("metadata\\.(labels|annotations)\\['([^']+)'\\]");

  private final PodApi api;
  private final Pod pod;
  private final String podIp;
  private final String hostIp;
  private final Map<String, String> variables = new LinkedHashMap<>();

  /** What is missing for a container to be made. */
  static final class Missing extends Exception {
    private static final long serialVersionUID = 1L;

    Missing(String message) {
      super(message);
    }
  }

  private Environment(PodApi api, Pod pod, String podIp, String hostIp) {
    this.api = api;
    this.pod = pod;
    this.podIp = podIp;
    this.hostIp = hostIp;
  }

  /** Resolves the variables of a container, in order; each may refer to earlier ones. */
  static Environment of(PodApi api, Pod pod, Container container, String podIp, String hostIp)
      throws Missing, ApiFault, InterruptedException {
    Environment environment = new Environment(api, pod, podIp, hostIp);
    for (EnvVar variable : container.getEnvList()) {
      Optional<String> value =
          variable.hasValueFrom()
              ? environment.source(variable.getValueFrom())
              : Optional.of(environment.expand(variable.getValue()));
      value.ifPresent(text -> environment.variables.put(variable.getName(), text));
    }
    return environment;
  }

  /** NAME=VALUE, in order. */
  List<String> variables() {
    List<String> result = new ArrayList<>();
    variables.forEach((name, value) -> result.add(name + "=" + value));
    return result;
  }

  /**
   * Replaces $(NAME) by the variable of that name; $$ is a dollar sign, and an unknown name stays
   * as it is.
   */
  String expand(String text) {
    if (text.indexOf('$') < 0) {
      return text;
    }
    return REFERENCE
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(value(match.group(), match.group(1))));
  }

  private String value(String whole, @Nullable String name) {
    return name == null ? "$" : variables.getOrDefault(name, whole);
  }

  List<String> expand(List<String> texts) {
    return texts.stream().map(this::expand).toList();
  }

  private Optional<String> source(EnvVarSource source)
      throws Missing, ApiFault, InterruptedException {
    if (source.hasConfigMapKeyRef()) {
      return configMap(source.getConfigMapKeyRef());
    }
    if (source.hasSecretKeyRef()) {
      return secret(source.getSecretKeyRef());
    }
    return Optional.of(field(source.getFieldRef().getFieldPath()));
  }

  private Optional<String> configMap(KeySelector key)
      throws Missing, ApiFault, InterruptedException {
    Optional<ConfigMap> map = api.configMap(namespace(), key.getName());
    if (map.isEmpty()) {
      return missing(key, "configmap \"" + key.getName() + "\" not found");
    }
    String text = map.get().getDataMap().get(key.getKey());
    ByteString bytes = map.get().getBinaryDataMap().get(key.getKey());
    if (text != null) {
      return Optional.of(text);
    }
    return bytes == null
        ? missing(key, absent(key, "ConfigMap"))
        : Optional.of(bytes.toStringUtf8());
  }

  private Optional<String> secret(KeySelector key) throws Missing, ApiFault, InterruptedException {
    Optional<Secret> secret = api.secret(namespace(), key.getName());
    if (secret.isEmpty()) {
      return missing(key, "secret \"" + key.getName() + "\" not found");
    }
    ByteString bytes = secret.get().getDataMap().get(key.getKey());
    return bytes == null ? missing(key, absent(key, "Secret")) : Optional.of(bytes.toStringUtf8());
  }

  private String absent(KeySelector key, String kind) {
    return "couldn't find key "
        + key.getKey()
        + " in "
        + kind
        + " "
        + namespace()
        + "/"
        + key.getName();
  }

  private static Optional<String> missing(KeySelector key, String message) throws Missing {
    if (key.getOptional()) {
      return Optional.empty();
    }
    throw new Missing(message);
  }

  private String namespace() {
    return pod.getMetadata().getNamespace();
  }

  private String field(String path) throws Missing {
    return switch (path) {
      case "metadata.name" -> pod.getMetadata().getName();
      case "metadata.namespace" -> namespace();
      case "metadata.uid" -> pod.getMetadata().getUid();
      case "spec.nodeName" -> pod.getSpec().getNodeName();
      case "status.podIP" -> podIp;
      case "status.hostIP" -> hostIp;
      default -> mapField(path);
    };
  }

  private String mapField(String path) throws Missing {
    Matcher matcher = MAP_FIELD.matcher(path);
    if (!matcher.matches()) {
      throw new Missing("unsupported fieldPath: " + path);
    }
    Map<String, String> map =
        matcher.group(1).equals("labels")
            ? pod.getMetadata().getLabelsMap()
            : pod.getMetadata().getAnnotationsMap();
    return map.getOrDefault(matcher.group(2), "");
  }
}
