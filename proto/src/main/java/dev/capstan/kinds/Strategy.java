package dev.capstan.kinds;

import com.google.protobuf.Message;
import dev.capstan.api.v1.DeleteOptions;

/**
 * What the server does with objects of one kind beyond what all kinds have in common. Pure: objects
 * in, objects out.
 *
 * @param <T> the kind's message
 */
public interface Strategy<T extends Message> {

  /**
   * The object with the kind's defaults filled in, idempotent. Called for what clients send, before
   * it is validated, and for all that is read of the store: it is how objects get defaults that
   * came after them. On a default in effect nothing may depend beyond what absence meant before.
   */
  default T defaulted(T object) {
    return object;
  }

  /** A new object as it is first stored: initial status and fields that the system writes. */
  default T created(T object) {
    return object;
  }

  /** Reports what is wrong with the spec (all but metadata and status). */
  default void validate(T object, Violations at) {}

  /**
   * Reports what the old object must not become, beyond changes of fields marked immutable. Both
   * carry their defaults.
   */
  default void validateUpdate(T old, T fresh, Violations at) {}

  /** Reports what is wrong with a new status. */
  default void validateStatus(T old, T fresh, Violations at) {}

  /** An object with a new status as it is stored. */
  default T statusUpdated(T old, T fresh) {
    return fresh;
  }

  /**
   * An updated object as it is stored; {@code sent} is what the client sent, system fields
   * included.
   */
  default T updated(T old, T sent, T fresh) {
    return fresh;
  }

  /** The name must be a DNS label, not only a subdomain. */
  default boolean nameIsLabel() {
    return false;
  }

  /** Seconds the object stays visible as being deleted before it may go; 0 for at once. */
  default long grace(T object, DeleteOptions options) {
    return 0;
  }

  /** The object at the moment its deletion is asked for and it cannot go at once. */
  default T terminating(T object) {
    return object;
  }

  /**
   * True if something of the kind's own (not a metadata finalizer) still holds back a deleted
   * object.
   */
  default boolean heldBack(T object) {
    return false;
  }

  /** Updates pass even when space is short: what they keep alive is what frees space. */
  default boolean vital() {
    return false;
  }
}
