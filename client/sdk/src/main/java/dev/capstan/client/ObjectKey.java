package dev.capstan.client;

/**
 * Names one object within its kind.
 *
 * @param namespace empty for cluster-scoped kinds
 */
public record ObjectKey(String namespace, String name) implements Comparable<ObjectKey> {

  /** By namespace, then by name: the order of lists. */
  @Override
  public int compareTo(ObjectKey other) {
    // No Comparator: the caches ask this more often than anything else.
    int byNamespace = namespace.compareTo(other.namespace);
    return byNamespace != 0 ? byNamespace : name.compareTo(other.name);
  }

  /** {@code namespace/name}, or {@code name} alone. */
  @Override
  public String toString() {
    return namespace.isEmpty() ? name : namespace + "/" + name;
  }
}
