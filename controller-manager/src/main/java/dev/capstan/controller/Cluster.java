package dev.capstan.controller;

import com.google.protobuf.Message;
import dev.capstan.api.v1.ObjectReference;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import java.util.List;
import java.util.Optional;

/**
 * The cluster as controllers write to it. Faults that concern no single write (no connection, an
 * unknown outcome, lost leadership) are thrown as {@link dev.capstan.client.ApiException}: the
 * whole reconciliation is abandoned and repeated from a fresh snapshot.
 */
public interface Cluster {

  /** Makes independent writes; answers in the same order. */
  List<Written> write(List<? extends Change> changes) throws InterruptedException;

  /** The object as it is now, never stale. */
  <T extends Message> Optional<T> get(ObjectType<T> type, ObjectKey key)
      throws InterruptedException;

  /** Objects of a kind in a namespace as they are now, never stale. */
  <T extends Message> List<T> list(ObjectType<T> type, String namespace)
      throws InterruptedException;

  /** Tells people; best effort. */
  void event(ObjectReference about, EventType type, String reason, String message);

  /** How much an event matters. */
  enum EventType {
    NORMAL,
    WARNING
  }
}
