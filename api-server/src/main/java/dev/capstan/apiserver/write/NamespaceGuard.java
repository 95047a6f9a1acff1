package dev.capstan.apiserver.write;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.Namespace;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.read.Objects;
import dev.capstan.kinds.NamespaceStrategy;
import dev.capstan.kvstore.Txn;
import io.grpc.StatusRuntimeException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Lets objects be created only in a namespace that exists and stays.
 *
 * <p>The transaction compares the namespace's revision: without it a create that has seen the
 * namespace alive could land after the namespace controller has found it empty, and live on in no
 * namespace.
 */
final class NamespaceGuard {

  private final Objects objects;
  private final Kind kind;

  /** Found open the last time: most creates in a row are for the same namespace. */
  private volatile @Nullable StoredObject knownOpen;

  NamespaceGuard(Objects objects, Kind namespaceKind) {
    this.objects = objects;
    this.kind = namespaceKind;
  }

  /**
   * The compare for a create in {@code namespace}, by the watch cache's copy: if it is stale, the
   * compare does not hold. Empty if there is none that is open.
   */
  Optional<Txn.Compare> cachedOpen(String namespace) {
    StoredObject cached = objects.cached(kind, "", namespace);
    if (cached == null || (!cached.equals(knownOpen) && isTerminating(cached))) {
      return Optional.empty();
    }
    knownOpen = cached;
    return Optional.of(compare(cached));
  }

  /** The compare for a create in {@code namespace}, which is read. */
  Txn.Compare currentOpen(String namespace) {
    StoredObject now = objects.current(kind, "", namespace);
    if (now == null) {
      throw ApiErrors.notFound(kind, namespace);
    }
    if (isTerminating(now)) {
      throw terminating(namespace);
    }
    return compare(now);
  }

  private static boolean isTerminating(StoredObject namespace) {
    return NamespaceStrategy.isTerminating((Namespace) namespace.parse());
  }

  private Txn.Compare compare(StoredObject namespace) {
    return new Txn.Compare.ModRevision(
        StoreKeys.of(kind, "", namespace.name()), namespace.modRevision());
  }

  private static StatusRuntimeException terminating(String namespace) {
    return ApiErrors.failedPrecondition(
        "NamespaceTerminating",
        "unable to create new content in namespace "
            + namespace
            + " because it is being terminated");
  }
}
