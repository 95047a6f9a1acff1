package dev.capstan.controller.garbage;

import dev.capstan.api.v1.OwnerReference;
import java.util.List;

/** What collection wants done. */
public sealed interface GarbageAction {

  /** How a collected object is to go. */
  enum Policy {
    BACKGROUND("Background"),
    FOREGROUND("Foreground"),
    ORPHAN("Orphan");

    private final String word;

    Policy(String word) {
      this.word = word;
    }

    /** The API's word. */
    public String word() {
      return word;
    }
  }

  /** Let the object go: nothing holds its deletion back any more. */
  record RemoveFinalizer(Item item, String finalizer) implements GarbageAction {}

  /** Take references off an object whose owner orphans it. */
  record Disown(Item item, String ownerUid) implements GarbageAction {}

  /** Take references to lost owners off an object that has others; each loss is confirmed first. */
  record DropLost(Item item, List<OwnerReference> lost) implements GarbageAction {}

  /** Stop an object from holding up its owners: it is on a circle of objects that wait. */
  record Unblock(Item item) implements GarbageAction {}

  /** Delete an object all of whose owners are lost; each loss is confirmed first. */
  record Collect(Item item, List<OwnerReference> lost, Policy policy) implements GarbageAction {}
}
