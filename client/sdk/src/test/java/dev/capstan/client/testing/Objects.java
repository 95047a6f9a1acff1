package dev.capstan.client.testing;

import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;

/** Small objects for tests, in the namespace default. */
public final class Objects {

  private Objects() {}

  private static ObjectMeta.Builder meta(String name) {
    return ObjectMeta.newBuilder().setNamespace("default").setName(name);
  }

  /** A ConfigMap with one entry. */
  public static ConfigMap configMap(String name, String key, String value) {
    return ConfigMap.newBuilder().setMetadata(meta(name)).putData(key, value).build();
  }

  /** A pod with one label that is bound to {@code node} (empty for none). */
  public static Pod pod(String name, String app, String node) {
    return Pod.newBuilder()
        .setMetadata(meta(name).putLabels("app", app))
        .setSpec(PodSpec.newBuilder().setNodeName(node))
        .build();
  }

  /** A pod that an owner manages. */
  public static Pod owned(String name, String kind, String owner, String uid) {
    OwnerReference reference =
        OwnerReference.newBuilder()
            .setKind(kind)
            .setName(owner)
            .setUid(uid)
            .setController(true)
            .build();
    return Pod.newBuilder().setMetadata(meta(name).addOwnerReferences(reference)).build();
  }
}
