package dev.capstan.apiserver.read;

import dev.capstan.api.Kind;
import dev.capstan.apiserver.cache.StoredObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the write path reads. */
public interface Objects {

  /**
   * The object as the watch cache has it, or had it when it could last be read; may lag behind the
   * store. Good for a first optimistic attempt whose commit compares the object's modRevision,
   * never for an answer of "not found".
   */
  @Nullable StoredObject cached(Kind kind, String namespace, String name);

  /**
   * The object as the store has it now: sees every write acknowledged before the call.
   *
   * @return null if there is none
   * @throws dev.capstan.kvstore.StoreException.Unreadable if there is one that cannot be read
   */
  @Nullable StoredObject current(Kind kind, String namespace, String name);

  /**
   * Objects of {@code kind} in {@code namespace} that name {@code ownerUid} in an owner reference,
   * by name. Sees every write acknowledged before the call.
   */
  List<StoredObject> ownedBy(Kind kind, String namespace, String ownerUid);
}
