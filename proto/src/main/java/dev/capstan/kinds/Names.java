package dev.capstan.kinds;

import java.util.regex.Pattern;

/** The forms of names, as Kubernetes defines them (apimachinery's util/validation). */
public final class Names {

  private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final Pattern DNS_LABEL = Pattern.compile(LABEL);
  private static final Pattern DNS_SUBDOMAIN = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
  private static final Pattern QUALIFIED =
      Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
  private static final Pattern CONFIG_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
  private static final Pattern ENV_NAME = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");
  private static final Pattern PORT_NAME = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");
  private static final Pattern HEADER_NAME = Pattern.compile("[-A-Za-z0-9]+");

  private Names() {}

  /** At most 63 of [a-z0-9-], not starting or ending with '-'. */
  public static boolean isDnsLabel(String name) {
    return name.length() <= 63 && DNS_LABEL.matcher(name).matches();
  }

  /** DNS labels joined by dots, at most 253 characters. */
  public static boolean isDnsSubdomain(String name) {
    return name.length() <= 253 && DNS_SUBDOMAIN.matcher(name).matches();
  }

  /** Reports a name that is not a DNS-1123 subdomain. */
  static void subdomain(String name, Violations at) {
    if (!isDnsSubdomain(name)) {
      at.add(
          "must be a DNS-1123 subdomain (lower case letters, digits, '-' and '.', starting and ending with a letter or digit, at most 253 characters), not "
              + Violations.quote(name));
    }
  }

  /** Reports a name that is not a DNS-1123 label. */
  static void label(String name, Violations at) {
    if (!isDnsLabel(name)) {
      at.add(
          "must be a DNS-1123 label (lower case letters, digits and '-', starting and ending with a letter or digit, at most 63 characters), not "
              + Violations.quote(name));
    }
  }

  /** Reports a key of a label, annotation or taint that is not [prefix/]name. */
  static void labelKey(String key, Violations at) {
    int slash = key.indexOf('/');
    String name = key.substring(slash + 1);
    boolean good = name.length() <= 63 && QUALIFIED.matcher(name).matches();
    if (!good || (slash >= 0 && !isDnsSubdomain(key.substring(0, slash)))) {
      at.add(
          "key must be letters, digits, '-', '_' and '.', at most 63 of them, after an optional DNS prefix and '/', not "
              + Violations.quote(key));
    }
  }

  /** Reports a value of a label that Kubernetes would not take. */
  static void labelValue(String value, Violations at) {
    if (value.length() > 63 || !(value.isEmpty() || QUALIFIED.matcher(value).matches())) {
      at.add(
          "value must be empty or letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters, not "
              + Violations.quote(value));
    }
  }

  /** Reports a key of a ConfigMap or Secret. */
  static void configKey(String key, Violations at) {
    boolean good = key.length() <= 253 && CONFIG_KEY.matcher(key).matches();
    if (!good || key.equals(".") || key.startsWith("..")) {
      at.add(
          "key must be letters, digits, '-', '_' and '.', at most 253 of them, not "
              + Violations.quote(key));
    }
  }

  /** Reports the name of an environment variable. */
  static void envName(String name, Violations at) {
    if (at.required(name) && !ENV_NAME.matcher(name).matches()) {
      at.add(
          "must be letters, digits, '_', '-' and '.', not starting with a digit, not "
              + Violations.quote(name));
    }
  }

  /** Reports the name of a port (an IANA service name). */
  static void portName(String name, Violations at) {
    boolean good = name.length() <= 15 && PORT_NAME.matcher(name).matches();
    if (!good || name.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
      at.add(
          "must be lower case letters, digits and single '-', at most 15 characters with a letter among them, not "
              + Violations.quote(name));
    }
  }

  /** Reports the name of an HTTP header. */
  static void headerName(String name, Violations at) {
    at.check(
        HEADER_NAME.matcher(name).matches(),
        "must be letters, digits and '-', not " + Violations.quote(name));
  }
}
