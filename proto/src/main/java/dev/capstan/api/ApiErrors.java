package dev.capstan.api;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import dev.capstan.api.v1.CompactedDetail;
import dev.capstan.api.v1.ConflictDetail;
import dev.capstan.api.v1.FencedDetail;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.LeaseHeldDetail;
import dev.capstan.api.v1.UnknownOutcomeDetail;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The errors of the API: gRPC codes with typed details. Each carries an {@link ErrorInfo} whose
 * reason is Kubernetes' word ("NotFound", "Conflict", …), so that clients branch on that or on the
 * code and never on message text. What a request said is quoted with its control characters made
 * visible.
 */
public final class ApiErrors {

  /** Domain of every {@link ErrorInfo}. */
  public static final String DOMAIN = "capstan.dev";

  /** Most violations reported at once. */
  private static final int MAX_VIOLATIONS = 100;

  private ApiErrors() {}

  /** NOT_FOUND: {@code pods "x" not found}. */
  public static StatusRuntimeException notFound(Kind kind, String name) {
    return error(Code.NOT_FOUND, "NotFound", quoted(kind, name) + " not found");
  }

  /** ALREADY_EXISTS: {@code pods "x" already exists}, with what is there. */
  public static StatusRuntimeException alreadyExists(
      Kind kind, String name, String currentVersion, String currentUid) {
    return error(
        Code.ALREADY_EXISTS,
        "AlreadyExists",
        quoted(kind, name) + " already exists",
        conflictDetail(currentVersion, currentUid));
  }

  /**
   * ABORTED: somebody else was faster, or a precondition does not hold; version and uid are empty
   * when the object is gone.
   */
  public static StatusRuntimeException conflict(
      Kind kind, String name, String why, String currentVersion, String currentUid) {
    return error(
        Code.ABORTED,
        "Conflict",
        "Operation cannot be fulfilled on " + quoted(kind, name) + ": " + why,
        conflictDetail(currentVersion, currentUid));
  }

  /** INVALID_ARGUMENT about an object, every violation with its path. */
  public static StatusRuntimeException invalid(Kind kind, String name, List<Violation> violations) {
    String list =
        violations.stream()
            .limit(MAX_VIOLATIONS)
            .map(Violation::toString)
            .collect(Collectors.joining("; "));
    return error(
        Code.INVALID_ARGUMENT,
        "Invalid",
        quoted(kind, name) + " is invalid: " + list,
        badRequest(violations));
  }

  /** INVALID_ARGUMENT about a request rather than an object. */
  public static StatusRuntimeException badRequest(String path, String message) {
    Violation violation = new Violation(path, message);
    return error(
        Code.INVALID_ARGUMENT, "BadRequest", violation.toString(), badRequest(List.of(violation)));
  }

  /** FAILED_PRECONDITION: the state of the object does not allow it. */
  public static StatusRuntimeException failedPrecondition(String reason, String message) {
    return error(Code.FAILED_PRECONDITION, reason, message);
  }

  /** FAILED_PRECONDITION: the writer is no longer the leader. */
  public static StatusRuntimeException fenced(String lease, String epoch, String currentEpoch) {
    FencedDetail detail =
        FencedDetail.newBuilder()
            .setLease(lease)
            .setEpoch(epoch)
            .setCurrentEpoch(currentEpoch)
            .build();
    return error(
        Code.FAILED_PRECONDITION, "Fenced", "the lease " + lease + " has a newer holder", detail);
  }

  /**
   * FAILED_PRECONDITION: somebody else holds the lease.
   *
   * @param left after which it is free unless it is renewed
   */
  public static StatusRuntimeException leaseHeld(Lease lease, Duration left) {
    return error(
        Code.FAILED_PRECONDITION,
        "LeaseHeld",
        "lease %s/%s is held by %s: free in %d s unless it is renewed"
            .formatted(
                lease.getMetadata().getNamespace(),
                lease.getMetadata().getName(),
                lease.getSpec().getHolderIdentity(),
                left.plusMillis(999).toSeconds()),
        LeaseHeldDetail.newBuilder().setLease(lease).build());
  }

  /** OUT_OF_RANGE: the version can not be watched from or read at any more. */
  public static StatusRuntimeException compacted(String oldest, String current) {
    CompactedDetail detail =
        CompactedDetail.newBuilder()
            .setOldestResourceVersion(oldest)
            .setCurrentResourceVersion(current)
            .build();
    return error(
        Code.OUT_OF_RANGE, "Expired", "the version is not available any more: list again", detail);
  }

  /** UNAVAILABLE: the write may or may not have happened. */
  public static StatusRuntimeException unknownOutcome(Kind kind, String namespace, String name) {
    UnknownOutcomeDetail detail =
        UnknownOutcomeDetail.newBuilder()
            .setObject(kind.name() + "/" + namespace + "/" + name)
            .build();
    return error(
        Code.UNAVAILABLE,
        "UnknownOutcome",
        "the store did not answer: the write of " + quoted(kind, name) + " may have happened",
        detail);
  }

  /** UNAVAILABLE: certainly without effect; trying again may help. */
  public static StatusRuntimeException unavailable(String message) {
    return error(Code.UNAVAILABLE, "ServiceUnavailable", message);
  }

  /** RESOURCE_EXHAUSTED: too large, too many, or the store is full. */
  public static StatusRuntimeException exhausted(String reason, String message) {
    return error(Code.RESOURCE_EXHAUSTED, reason, message);
  }

  /**
   * DATA_LOSS: something is there, and what is stored of it cannot be read. It says nothing about
   * what the object is, least of all that it is gone.
   */
  public static StatusRuntimeException unreadable(String message) {
    return error(Code.DATA_LOSS, "Unreadable", message);
  }

  /** UNAUTHENTICATED. */
  public static StatusRuntimeException unauthenticated(String message) {
    return error(Code.UNAUTHENTICATED, "Unauthorized", message);
  }

  /** PERMISSION_DENIED. */
  public static StatusRuntimeException forbidden(String message) {
    return error(Code.PERMISSION_DENIED, "Forbidden", message);
  }

  /** Any other error. */
  public static StatusRuntimeException error(
      Code code, String reason, String message, Message... details) {
    Status.Builder status =
        Status.newBuilder().setCode(code.getNumber()).setMessage(VisibleText.of(message));
    status.addDetails(Any.pack(ErrorInfo.newBuilder().setReason(reason).setDomain(DOMAIN).build()));
    for (Message detail : details) {
      status.addDetails(Any.pack(detail));
    }
    return StatusProto.toStatusRuntimeException(status.build());
  }

  /** The word for the error ("NotFound", …); empty if it does not come from Capstan. */
  public static String reason(Throwable error) {
    return detail(error, ErrorInfo.class).map(ErrorInfo::getReason).orElse("");
  }

  /** The detail of this type, if the error carries one. */
  public static <M extends Message> Optional<M> detail(Throwable error, Class<M> type) {
    Status status = StatusProto.fromThrowable(error);
    return status == null ? Optional.empty() : detail(status, type);
  }

  /** The detail of this type, if the status carries one. */
  public static <M extends Message> Optional<M> detail(Status status, Class<M> type) {
    for (Any any : status.getDetailsList()) {
      @Nullable M message = unpack(any, type);
      if (message != null) {
        return Optional.of(message);
      }
    }
    return Optional.empty();
  }

  /** What was violated; empty if the error says nothing of the kind. */
  public static List<Violation> violations(Throwable error) {
    return detail(error, BadRequest.class).stream()
        .flatMap(bad -> bad.getFieldViolationsList().stream())
        .map(violation -> new Violation(violation.getField(), violation.getDescription()))
        .toList();
  }

  private static <M extends Message> @Nullable M unpack(Any any, Class<M> type) {
    try {
      return any.is(type) ? any.unpack(type) : null;
    } catch (InvalidProtocolBufferException e) {
      return null; // A peer's malformed detail is as good as none.
    }
  }

  private static String quoted(Kind kind, String name) {
    return kind.resource() + " \"" + name + "\"";
  }

  private static ConflictDetail conflictDetail(String version, String uid) {
    return ConflictDetail.newBuilder()
        .setCurrentResourceVersion(version)
        .setCurrentUid(uid)
        .build();
  }

  private static BadRequest badRequest(List<Violation> violations) {
    BadRequest.Builder bad = BadRequest.newBuilder();
    violations.stream()
        .limit(MAX_VIOLATIONS)
        .forEach(v ->
            bad.addFieldViolationsBuilder()
                .setField(VisibleText.of(v.path()))
                .setDescription(VisibleText.of(v.message())));
    return bad.build();
  }
}
