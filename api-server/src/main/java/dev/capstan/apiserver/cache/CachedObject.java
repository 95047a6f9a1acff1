package dev.capstan.apiserver.cache;

import dev.capstan.api.v1.OwnerReference;
import java.util.List;
import java.util.Map;

/**
 * An object with what it is selected by, so that no selector ever parses it again.
 *
 * @param object the object
 * @param key namespace/name, or the name of a cluster-scoped object: the order of lists
 * @param fields values of {@link Fields#own}, in that order
 */
public record CachedObject(StoredObject object, String key, List<String> fields) {

  /** Reads what the object is selected by. */
  public static CachedObject of(StoredObject object) {
    return Fields.own(object.kind()).isEmpty()
        ? of(object, List.of())
        : of(object, Fields.values(object.parse()));
  }

  /** As {@link #of(StoredObject)}, if the fields have been read already. */
  static CachedObject of(StoredObject object, List<String> fields) {
    return new CachedObject(object, key(object.namespace(), object.name()), fields);
  }

  /** The key of an object; the namespace of cluster-scoped ones is empty. */
  public static String key(String namespace, String name) {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }

  /** The value of a selectable field; empty if unset. */
  public String field(String path) {
    return switch (path) {
      case "metadata.name" -> object.name();
      case "metadata.namespace" -> object.namespace();
      default -> fields.get(Fields.own(object.kind()).indexOf(path));
    };
  }

  /** Its labels. */
  public Map<String, String> labels() {
    return object.metadata().getLabelsMap();
  }

  /** The node a pod is bound to; empty for pods without one and for other kinds. */
  public String nodeName() {
    return object.kind().name().equals("Pod") ? field(Fields.NODE_NAME) : "";
  }

  /** Uids of its owners. */
  List<String> ownerUids() {
    // Nearly always none or one: no stream for those.
    switch (object.metadata().getOwnerReferencesCount()) {
      case 0 -> {
        return List.of();
      }
      case 1 -> {
        return List.of(object.metadata().getOwnerReferences(0).getUid());
      }
      default -> {
        return distinctOwnerUids();
      }
    }
  }

  private List<String> distinctOwnerUids() {
    return object.metadata().getOwnerReferencesList().stream()
        .map(OwnerReference::getUid)
        .distinct()
        .toList();
  }

  /** What it takes in memory, roughly, in bytes. */
  public long cost() {
    return object.bytes().size() + 400L;
  }
}
