package dev.capstan.apiserver.cache;

/**
 * The narrowest indexed class of events that holds all a subscriber of one kind can want.
 *
 * @param kind name of the kind
 * @param scope what it is narrowed by
 * @param value namespace, key or node; empty for ALL
 */
public record Interest(String kind, Scope scope, String value) {

  /** What events are indexed by. */
  public enum Scope {
    ALL,
    NAMESPACE,
    OBJECT,
    NODE
  }
}
