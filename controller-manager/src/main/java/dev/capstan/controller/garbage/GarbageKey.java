package dev.capstan.controller.garbage;

import dev.capstan.client.ObjectKey;

/** Names what is looked at together. */
public sealed interface GarbageKey {

  /**
   * An object whose deletion waits for its dependents, or lets them go first.
   *
   * @param kind e.g. "ReplicaSet"
   */
  record Held(String kind, ObjectKey object) implements GarbageKey {}

  /**
   * All dependents of an owner that is gone or waits for them. The owner is named by its uid alone:
   * where it was, each reference says.
   */
  record Dependents(String ownerUid) implements GarbageKey {}
}
