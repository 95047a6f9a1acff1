package dev.capstan.controller.garbage;

import dev.capstan.api.v1.OwnerReference;

/** An owner reference and what the snapshot says of the owner. */
public record Owner(OwnerReference reference, State state) {

  /** What has become of an owner. */
  public enum State {
    /** It is there (or may be: its kind is not known here). */
    PRESENT,
    /** It is being deleted in the foreground and waits for its dependents. */
    WAITING,
    /** It is not there, or another object has its name. To be confirmed by a read. */
    ABSENT
  }
}
