package dev.capstan.apiserver.write;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.Namespace;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.kinds.NamespaceStrategy;
import dev.capstan.apiserver.read.Objects;
import dev.capstan.kvstore.Txn;
import io.grpc.StatusRuntimeException;
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
   * The compare for a create in {@code namespace}.
   *
   * @param trustCache false to read the namespace anew, after a transaction was refused
   */
  Txn.Compare open(String namespace, boolean trustCache) {
    StoredObject cached = trustCache ? objects.cached(kind, "", namespace) : null;
    if (cached != null && (cached.equals(knownOpen) || !isTerminating(cached))) {
      knownOpen = cached;
      return compare(cached);
    }
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
