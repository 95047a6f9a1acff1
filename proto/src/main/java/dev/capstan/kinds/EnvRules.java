package dev.capstan.kinds;

import dev.capstan.api.v1.EnvVar;
import dev.capstan.api.v1.EnvVarSource;
import dev.capstan.api.v1.KeySelector;
import java.util.List;
import java.util.regex.Pattern;

/** What environment variables must look like. */
final class EnvRules {

  private static final List<String> FIELDS =
      List.of(
          "metadata.name",
          "metadata.namespace",
          "metadata.uid",
          "spec.nodeName",
          "status.podIP",
          "status.hostIP");
  private static final Pattern MAP_FIELD =
      Pattern.compile("metadata\\.(labels|annotations)\\['[^']+']");

  private EnvRules() {}

  static void validate(List<EnvVar> env, Violations at) {
    for (int i = 0; i < env.size(); i++) {
      EnvVar variable = env.get(i);
      Violations here = at.at(i);
      Names.envName(variable.getName(), here.at("name"));
      here.at("value").check(variable.getValue().indexOf('\0') < 0, "must not contain NUL");
      if (variable.hasValueFrom()) {
        here.at("valueFrom")
            .check(variable.getValue().isEmpty(), "must not be set together with value");
        source(variable.getValueFrom(), here.at("valueFrom"));
      }
    }
  }

  private static void source(EnvVarSource source, Violations at) {
    int set =
        (source.hasConfigMapKeyRef() ? 1 : 0)
            + (source.hasSecretKeyRef() ? 1 : 0)
            + (source.hasFieldRef() ? 1 : 0);
    at.check(set == 1, "must have exactly one of configMapKeyRef, secretKeyRef, fieldRef");
    if (source.hasConfigMapKeyRef()) {
      key(source.getConfigMapKeyRef(), at.at("configMapKeyRef"));
    }
    if (source.hasSecretKeyRef()) {
      key(source.getSecretKeyRef(), at.at("secretKeyRef"));
    }
    if (source.hasFieldRef()) {
      field(source.getFieldRef().getFieldPath(), at.at("fieldRef").at("fieldPath"));
    }
  }

  private static void key(KeySelector selector, Violations at) {
    if (at.at("name").required(selector.getName())) {
      Names.subdomain(selector.getName(), at.at("name"));
    }
    if (at.at("key").required(selector.getKey())) {
      Names.configKey(selector.getKey(), at.at("key"));
    }
  }

  private static void field(String path, Violations at) {
    if (at.required(path)) {
      at.check(
          FIELDS.contains(path) || MAP_FIELD.matcher(path).matches(),
          "must be one of "
              + String.join(", ", FIELDS)
              + ", metadata.labels['KEY'], metadata.annotations['KEY'], not "
              + Violations.quote(path));
    }
  }
}
