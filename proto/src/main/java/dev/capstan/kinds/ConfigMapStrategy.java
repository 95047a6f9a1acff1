package dev.capstan.kinds;

import dev.capstan.api.v1.ConfigMap;

/** ConfigMaps: keys, size, and data that cannot change once it is said to be immutable. */
public final class ConfigMapStrategy implements Strategy<ConfigMap> {

  /** Of keys and values together. */
  static final long MOST_BYTES = 1024 * 1024;

  @Override
  public void validate(ConfigMap object, Violations at) {
    long[] size = {0};
    object
        .getDataMap()
        .forEach((key, value) -> {
          Names.configKey(key, at.at("data").key(key));
          size[0] += key.length() + (long) value.length();
        });
    object
        .getBinaryDataMap()
        .forEach((key, value) -> {
          Violations here = at.at("binaryData").key(key);
          Names.configKey(key, here);
          here.check(!object.containsData(key), "is in data too");
          size[0] += key.length() + (long) value.size();
        });
    at.at("data").check(size[0] <= MOST_BYTES, "must be at most 1 MiB in all");
  }

  @Override
  public void validateUpdate(ConfigMap old, ConfigMap fresh, Violations at) {
    if (!old.getImmutableData()) {
      return;
    }
    String message = "cannot be changed because immutable is true";
    at.at("immutable").check(fresh.getImmutableData(), message);
    at.at("data").check(old.getDataMap().equals(fresh.getDataMap()), message);
    at.at("binaryData").check(old.getBinaryDataMap().equals(fresh.getBinaryDataMap()), message);
  }
}
