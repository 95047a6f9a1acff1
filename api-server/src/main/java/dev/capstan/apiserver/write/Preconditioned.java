package dev.capstan.apiserver.write;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.apiserver.cache.StoredObject;

/** What a caller says must hold of the stored object. */
final class Preconditioned {

  private Preconditioned() {}

  /** ABORTED with the object's version and uid if a precondition does not hold. */
  static void check(Kind kind, StoredObject stored, Preconditions wanted) {
    String uid = stored.metadata().getUid();
    if (!wanted.getUid().isEmpty() && !wanted.getUid().equals(uid)) {
      throw ApiErrors.conflict(
          kind,
          stored.name(),
          "the uid in the precondition (" + wanted.getUid() + ") is not the object's (" + uid + ")",
          stored.resourceVersion(),
          uid);
    }
    version(kind, stored, wanted.getResourceVersion());
  }

  /** ABORTED unless {@code version} is empty or the object's. */
  static void version(Kind kind, StoredObject stored, String version) {
    if (!version.isEmpty() && !version.equals(stored.resourceVersion())) {
      throw ApiErrors.conflict(
          kind,
          stored.name(),
          "the object has been modified; please apply your changes to the latest version and try again",
          stored.resourceVersion(),
          stored.metadata().getUid());
    }
  }
}
