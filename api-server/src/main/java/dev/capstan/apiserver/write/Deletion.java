package dev.capstan.apiserver.write;

import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.kinds.ServedKind;
import dev.capstan.kvstore.StoreException;
import java.time.Instant;

/**
 * Decides what a request to delete does to an object: mark it, shorten its grace, or remove it.
 *
 * @param now the time of the request
 */
record Deletion(ServedKind served, DeleteOptions options, Instant now) implements Decision {

  Deletion {
    long grace = options.getGracePeriodSeconds();
    if (grace < 0 || grace > WellKnown.MOST_GRACE_SECONDS) {
      throw ApiErrors.badRequest(
          "options.gracePeriodSeconds",
          "must be between 0 and " + WellKnown.MOST_GRACE_SECONDS + ", not " + grace);
    }
    switch (options.getPropagationPolicy()) {
      case "", "Background", "Foreground", "Orphan" -> {}
      default ->
          throw ApiErrors.badRequest(
              "options.propagationPolicy", "must be one of Background, Foreground, Orphan");
    }
  }

  @Override
  public Change decide(StoredObject stored, Message object) {
    Preconditioned.check(served.kind(), stored, options.getPreconditions());
    ObjectMeta before = served.kind().metadata(object);
    ObjectMeta.Builder metadata = before.toBuilder();
    finalizers(metadata);
    long grace = served.grace(object, options);
    if (before.hasDeletionTimestamp()) {
      return again(object, before, metadata, grace);
    }
    metadata.setDeletionTimestamp(ApiTimes.seconds(now.plusSeconds(grace)));
    metadata.setDeletionGracePeriodSeconds(grace);
    return goOrPut(served.terminating(object, metadata.build()));
  }

  /**
   * Removes it: finalizers and grace are unknown. Not if the request says which object is meant,
   * for that cannot be told. Of the policies only Orphan is refused: nobody would take the object's
   * dependents out of its name before it is gone; under the others the garbage collector deletes
   * them afterwards.
   */
  @Override
  public Change decideUnread(Message last, StoreException.Unreadable why) {
    boolean anyObject = options.getPreconditions().equals(Preconditions.getDefaultInstance());
    if (!anyObject || options.getPropagationPolicy().equals("Orphan")) {
      throw ApiErrors.unreadable(
          why.getMessage()
              + "; it can be deleted without preconditions, and without the policy Orphan");
    }
    return new Change.Remove(last);
  }

  /** Asked once more: grace can be shortened, never extended. */
  private Change again(Message object, ObjectMeta before, ObjectMeta.Builder metadata, long grace) {
    if (options.hasGracePeriodSeconds() || grace == 0) {
      if (grace < before.getDeletionGracePeriodSeconds()) {
        metadata.setDeletionTimestamp(ApiTimes.seconds(now.plusSeconds(grace)));
        metadata.setDeletionGracePeriodSeconds(grace);
      }
    }
    ObjectMeta after = metadata.build();
    Message fresh = served.kind().withMetadata(object, after);
    if (after.equals(before) && !served.mayGo(fresh)) {
      return new Change.Keep();
    }
    return goOrPut(fresh);
  }

  private Change goOrPut(Message fresh) {
    return served.mayGo(fresh)
        ? new Change.Remove(fresh)
        : new Change.Put(fresh, true, Change.Condition.NONE);
  }

  /** What waits for the dependents is said in a finalizer; the garbage collector takes it away. */
  private void finalizers(ObjectMeta.Builder metadata) {
    switch (options.getPropagationPolicy()) {
      case "Foreground" -> {
        remove(metadata, WellKnown.FINALIZER_ORPHAN);
        add(metadata, WellKnown.FINALIZER_FOREGROUND);
      }
      case "Orphan" -> {
        remove(metadata, WellKnown.FINALIZER_FOREGROUND);
        add(metadata, WellKnown.FINALIZER_ORPHAN);
      }
      case "Background" -> {
        remove(metadata, WellKnown.FINALIZER_FOREGROUND);
        remove(metadata, WellKnown.FINALIZER_ORPHAN);
      }
      default -> {
        // Not said: what the object itself says stays.
      }
    }
  }

  private static void add(ObjectMeta.Builder metadata, String finalizer) {
    if (!metadata.getFinalizersList().contains(finalizer)) {
      metadata.addFinalizers(finalizer);
    }
  }

  private static void remove(ObjectMeta.Builder metadata, String finalizer) {
    var left = metadata.getFinalizersList().stream().filter(f -> !f.equals(finalizer)).toList();
    metadata.clearFinalizers().addAllFinalizers(left);
  }
}
