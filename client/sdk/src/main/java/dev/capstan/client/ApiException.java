package dev.capstan.client;

import dev.capstan.api.Violation;
import dev.capstan.api.v1.CompactedDetail;
import dev.capstan.api.v1.ConflictDetail;
import dev.capstan.api.v1.FencedDetail;
import dev.capstan.api.v1.Lease;
import io.grpc.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a call failed, classified once, at the edge. Switch over it exhaustively or catch the case
 * that means something.
 *
 * <p>{@link #mayHaveHappened} is the question to ask before a write is repeated.
 */
public abstract sealed class ApiException extends RuntimeException {

  private final Status.Code code;

  private ApiException(Status.Code code, String message, @Nullable Throwable cause) {
    super(message, cause, false, cause != null);
    this.code = code;
  }

  /** The gRPC code of the answer. */
  public Status.Code code() {
    return code;
  }

  /** The server's sentence, without the code. */
  public String message() {
    return String.valueOf(getMessage());
  }

  /** True if the call was a write that may have been applied all the same. */
  public boolean mayHaveHappened() {
    return false;
  }

  /** There is no such object (or namespace). */
  public static final class NotFound extends ApiException {
    NotFound(String message) {
      super(Status.Code.NOT_FOUND, message, null);
    }
  }

  /** The name is taken. */
  public static final class AlreadyExists extends ApiException {
    AlreadyExists(String message) {
      super(Status.Code.ALREADY_EXISTS, message, null);
    }
  }

  /**
   * Somebody else was faster, or a precondition does not hold: wait for {@link #currentVersion},
   * decide anew.
   */
  public static final class Conflict extends ApiException {
    private final ConflictDetail detail;

    Conflict(String message, ConflictDetail detail) {
      super(Status.Code.ABORTED, message, null);
      this.detail = detail;
    }

    /** Version of the object now; empty if it is gone or the server did not say. */
    public String currentVersion() {
      return detail.getCurrentResourceVersion();
    }

    /** Uid of the object now; empty if it is gone. */
    public String currentUid() {
      return detail.getCurrentUid();
    }
  }

  /** The object is not valid; {@link #violations} name the fields. */
  public static final class Invalid extends ApiException {
    private final List<Violation> violations;

    Invalid(String message, List<Violation> violations) {
      super(Status.Code.INVALID_ARGUMENT, message, null);
      this.violations = violations;
    }

    /** Field paths with what is wrong there; may be empty. */
    public List<Violation> violations() {
      return violations;
    }
  }

  /** The writer is no longer the leader it claims to be: stop at once. */
  public static final class Fenced extends ApiException {
    private final FencedDetail detail;

    Fenced(String message, FencedDetail detail) {
      super(Status.Code.FAILED_PRECONDITION, message, null);
      this.detail = detail;
    }

    /** Which lease, which epoch, and the epoch now. */
    public FencedDetail detail() {
      return detail;
    }
  }

  /** The version to watch from is too old, or above the store's: list again. */
  public static final class Compacted extends ApiException {
    private final CompactedDetail detail;

    Compacted(String message, CompactedDetail detail) {
      super(Status.Code.OUT_OF_RANGE, message, null);
      this.detail = detail;
    }

    /** The versions that can be watched from. */
    public CompactedDetail detail() {
      return detail;
    }
  }

  /** Somebody else holds the lease. */
  public static final class LeaseHeld extends ApiException {
    private final Lease lease;

    LeaseHeld(String message, Lease lease) {
      super(Status.Code.FAILED_PRECONDITION, message, null);
      this.lease = lease;
    }

    /** The lease as it is. */
    public Lease lease() {
      return lease;
    }
  }

  /** The server could not be reached or did not answer in time, and nothing was written. */
  public static final class Unavailable extends ApiException {
    Unavailable(Status.Code code, String message, @Nullable Throwable cause) {
      super(code, message, cause);
    }
  }

  /** A write was sent and no definite answer came: it may or may not have happened. */
  public static final class UnknownOutcome extends ApiException {
    UnknownOutcome(Status.Code code, String message, @Nullable Throwable cause) {
      super(code, message, cause);
    }

    @Override
    public boolean mayHaveHappened() {
      return true;
    }
  }

  /** No token, or a wrong one. */
  public static final class Unauthenticated extends ApiException {
    Unauthenticated(String message) {
      super(Status.Code.UNAUTHENTICATED, message, null);
    }
  }

  /**
   * Something the call is about is there, and what the store holds of it cannot be read. Nothing
   * was written. It never means that an object is gone, or what it is: whoever decides about other
   * things by it must not go on.
   */
  public static final class Unreadable extends ApiException {
    Unreadable(String message) {
      super(Status.Code.DATA_LOSS, message, null);
    }
  }

  /** The caller may not do this. */
  public static final class Denied extends ApiException {
    Denied(String message) {
      super(Status.Code.PERMISSION_DENIED, message, null);
    }
  }

  /** A limit was reached: the store's quota, a message's size, a rate. */
  public static final class Exhausted extends ApiException {
    Exhausted(String message) {
      super(Status.Code.RESOURCE_EXHAUSTED, message, null);
    }
  }

  /** The state of the cluster does not allow it, for a reason without a type of its own. */
  public static final class Precondition extends ApiException {
    private final String reason;

    Precondition(String message, String reason) {
      super(Status.Code.FAILED_PRECONDITION, message, null);
      this.reason = reason;
    }

    /** One CamelCase word for programs; may be empty. */
    public String reason() {
      return reason;
    }
  }

  /** The server does not know the method or the kind. */
  public static final class Unsupported extends ApiException {
    Unsupported(String message) {
      super(Status.Code.UNIMPLEMENTED, message, null);
    }
  }

  /** A defect, here or there. */
  public static final class Internal extends ApiException {
    private final boolean write;

    Internal(Status.Code code, String message, boolean write, @Nullable Throwable cause) {
      super(code, message, cause);
      this.write = write;
    }

    @Override
    public boolean mayHaveHappened() {
      return write;
    }
  }
}
