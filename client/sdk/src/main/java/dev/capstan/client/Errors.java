package dev.capstan.client;

import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Violation;
import dev.capstan.api.v1.CompactedDetail;
import dev.capstan.api.v1.ConflictDetail;
import dev.capstan.api.v1.FencedDetail;
import dev.capstan.api.v1.LeaseHeldDetail;
import dev.capstan.api.v1.UnknownOutcomeDetail;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns gRPC's answers into {@link ApiException}s.
 *
 * @param code of the answer
 * @param text what the server or gRPC says
 * @param details typed details of the answer
 * @param write the call would change something
 * @param sent false if the request certainly never left this process
 */
record Errors(
    Status.Code code,
    String text,
    com.google.rpc.Status details,
    boolean write,
    boolean sent,
    @Nullable Throwable cause) {

  static ApiException of(StatusRuntimeException e, boolean write, boolean sent) {
    com.google.rpc.Status details = StatusProto.fromThrowable(e);
    Status.Code code = e.getStatus().getCode();
    String text = e.getStatus().getDescription();
    return new Errors(
            code,
            text == null ? code.name() : text,
            details == null ? com.google.rpc.Status.getDefaultInstance() : details,
            write,
            sent,
            e.getCause())
        .classify();
  }

  /** The error of one item of a batch. */
  static ApiException of(com.google.rpc.Status status) {
    Status.Code code = Status.fromCodeValue(status.getCode()).getCode();
    return new Errors(code, status.getMessage(), status, true, true, null).classify();
  }

  private ApiException classify() {
    return switch (code) {
      case NOT_FOUND -> new ApiException.NotFound(text);
      case ALREADY_EXISTS -> new ApiException.AlreadyExists(text);
      case ABORTED -> new ApiException.Conflict(text, detail(ConflictDetail.getDefaultInstance()));
      case INVALID_ARGUMENT -> new ApiException.Invalid(text, violations());
      case OUT_OF_RANGE ->
          new ApiException.Compacted(text, detail(CompactedDetail.getDefaultInstance()));
      case FAILED_PRECONDITION -> precondition();
      case UNAUTHENTICATED -> new ApiException.Unauthenticated(text);
      case PERMISSION_DENIED -> new ApiException.Denied(text);
      case RESOURCE_EXHAUSTED -> new ApiException.Exhausted(text);
      case UNIMPLEMENTED -> new ApiException.Unsupported(text);
      case UNAVAILABLE, DEADLINE_EXCEEDED, CANCELLED ->
          write && (sent || has(UnknownOutcomeDetail.class))
              ? new ApiException.UnknownOutcome(code, text, cause)
              : new ApiException.Unavailable(code, text, cause);
      case DATA_LOSS -> new ApiException.Unreadable(text);
      case OK, UNKNOWN, INTERNAL -> new ApiException.Internal(code, text, write && sent, cause);
    };
  }

  private ApiException precondition() {
    if (has(FencedDetail.class)) {
      return new ApiException.Fenced(text, detail(FencedDetail.getDefaultInstance()));
    }
    if (has(LeaseHeldDetail.class)) {
      return new ApiException.LeaseHeld(
          text, detail(LeaseHeldDetail.getDefaultInstance()).getLease());
    }
    return new ApiException.Precondition(text, detail(ErrorInfo.getDefaultInstance()).getReason());
  }

  private List<Violation> violations() {
    return detail(BadRequest.getDefaultInstance()).getFieldViolationsList().stream()
        .map(v -> new Violation(v.getField(), v.getDescription()))
        .toList();
  }

  private boolean has(Class<? extends Message> type) {
    return ApiErrors.detail(details, type).isPresent();
  }

  /** The detail of {@code absent}'s type, or {@code absent}. */
  @SuppressWarnings("unchecked") // The class of an M is a Class of M.
  private <M extends Message> M detail(M absent) {
    return ApiErrors.detail(details, (Class<M>) absent.getClass()).orElse(absent);
  }
}
