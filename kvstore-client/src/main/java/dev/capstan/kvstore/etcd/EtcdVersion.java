package dev.capstan.kvstore.etcd;

import dev.capstan.kvstore.StoreException;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A version of etcd. Before 3.5.13 requested watch progress may run ahead of events (etcd issues
 * 15220 and 17507): a cache would believe itself current and serve stale reads.
 */
record EtcdVersion(int major, int minor, int patch) implements Comparable<EtcdVersion> {

  static final EtcdVersion LOWEST = new EtcdVersion(3, 5, 13);

  private static final Pattern FORM = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+).*");

  static EtcdVersion parse(String text) {
    Matcher match = FORM.matcher(text);
    if (!match.matches()) {
      throw new StoreException.Unusable("\"" + text + "\" is not a version of etcd", null);
    }
    return new EtcdVersion(
        Integer.parseInt(match.group(1)),
        Integer.parseInt(match.group(2)),
        Integer.parseInt(match.group(3)));
  }

  /**
   * @throws StoreException.Unusable if one is too old
   */
  static String lowestUsable(List<String> versions) {
    EtcdVersion lowest =
        versions.stream().map(EtcdVersion::parse).min(Comparator.naturalOrder()).orElse(LOWEST);
    if (lowest.compareTo(LOWEST) < 0) {
      throw new StoreException.Unusable(
          "etcd %s is too old: Capstan needs %s or newer (watch progress is unreliable before)"
              .formatted(lowest, LOWEST),
          null);
    }
    return lowest.toString();
  }

  @Override
  public int compareTo(EtcdVersion other) {
    return Comparator.comparingInt(EtcdVersion::major)
        .thenComparingInt(EtcdVersion::minor)
        .thenComparingInt(EtcdVersion::patch)
        .compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + patch;
  }
}
