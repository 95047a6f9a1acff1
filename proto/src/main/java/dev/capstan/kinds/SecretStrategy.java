package dev.capstan.kinds;

import com.google.protobuf.ByteString;
import dev.capstan.api.v1.Secret;

/** Secrets: stringData is merged into data and never stored; values never appear in messages. */
public final class SecretStrategy implements Strategy<Secret> {

  @Override
  public Secret defaulted(Secret object) {
    Secret.Builder result = object.toBuilder();
    object
        .getStringDataMap()
        .forEach((key, value) -> result.putData(key, ByteString.copyFromUtf8(value)));
    result.clearStringData();
    if (result.getType().isEmpty()) {
      result.setType("Opaque");
    }
    return result.build();
  }

  @Override
  public void validate(Secret object, Violations at) {
    long[] size = {0};
    object
        .getDataMap()
        .forEach((key, value) -> {
          Names.configKey(key, at.at("data").key(key));
          size[0] += key.length() + (long) value.size();
        });
    at.at("data").check(size[0] <= ConfigMapStrategy.MOST_BYTES, "must be at most 1 MiB in all");
  }

  @Override
  public void validateUpdate(Secret old, Secret fresh, Violations at) {
    if (old.getImmutableData()) {
      String message = "cannot be changed because immutable is true";
      at.at("immutable").check(fresh.getImmutableData(), message);
      at.at("data").check(old.getDataMap().equals(fresh.getDataMap()), message);
    }
  }
}
