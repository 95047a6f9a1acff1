package dev.capstan.kvstore.etcd;

import dev.capstan.kvstore.StoreException;
import io.grpc.Status;

/**
 * Classifies what etcd and gRPC report, in one place. The texts are those of etcd's {@code
 * rpctypes} package, stable since 3.0.
 */
final class EtcdErrors {

  private EtcdErrors() {}

  /**
   * @param write whether the call may have changed something
   */
  static StoreException classify(Throwable failure, boolean write) {
    Status status = Status.fromThrowable(failure);
    String text = status.getDescription() == null ? "" : status.getDescription();
    String message = "etcd: " + status.getCode() + (text.isEmpty() ? "" : ": " + text);
    return switch (status.getCode()) {
      case INVALID_ARGUMENT -> new StoreException.Invalid(message, failure);
      case RESOURCE_EXHAUSTED -> exhausted(text, message, failure, write);
      case DATA_LOSS -> new StoreException.Corrupt(message, failure);
      case PERMISSION_DENIED, UNAUTHENTICATED, UNIMPLEMENTED ->
          new StoreException.Unusable(message, failure);
      // Whatever else it is, the request may have been on its way.
      case OK,
          CANCELLED,
          UNKNOWN,
          DEADLINE_EXCEEDED,
          NOT_FOUND,
          ALREADY_EXISTS,
          FAILED_PRECONDITION,
          ABORTED,
          OUT_OF_RANGE,
          INTERNAL,
          UNAVAILABLE ->
          write
              ? new StoreException.UnknownOutcome(message, failure)
              : new StoreException.Unavailable(message, failure);
    };
  }

  private static StoreException exhausted(
      String text, String message, Throwable failure, boolean write) {
    if (text.contains("database space exceeded")) {
      return new StoreException.OutOfSpace("etcd has reached its quota", failure);
    }
    if (text.contains("too many requests")) {
      return new StoreException.Unavailable(message, failure); // Turned away before the proposal.
    }
    if (text.contains("received message larger than max")) {
      return new StoreException.Invalid(message, failure); // The server's words, not ours.
    }
    return write
        ? new StoreException.UnknownOutcome(message, failure)
        : new StoreException.Unavailable(message, failure);
  }

  /** A read or compaction at a revision that is compacted. */
  static boolean isCompacted(Throwable failure) {
    return has(failure, "has been compacted");
  }

  /** A read or compaction at a revision that does not exist yet. */
  static boolean isFuture(Throwable failure) {
    return has(failure, "future revision");
  }

  private static boolean has(Throwable failure, String text) {
    Status status = Status.fromThrowable(failure);
    return status.getCode() == Status.Code.OUT_OF_RANGE
        && status.getDescription() != null
        && status.getDescription().contains(text);
  }
}
