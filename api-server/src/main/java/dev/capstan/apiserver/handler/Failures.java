package dev.capstan.apiserver.handler;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import dev.capstan.api.ApiErrors;
import dev.capstan.kvstore.StoreException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever an endpoint throws into what a client may see: never a stack trace. */
final class Failures {

  private static final Logger log = LoggerFactory.getLogger(Failures.class);

  // gRPC clients take 8 KiB of trailers unless told otherwise. Details travel in base64, the
  // message
  // percent-encoded: 9 bytes for a character that is not ASCII.
  private static final int MOST_DETAIL_BYTES = 4200;
  private static final int MOST_MESSAGE_BYTES = 1500;
  private static final int ENCODED = 9;

  private Failures() {}

  /**
   * The error to answer with.
   *
   * @param id names an unexpected error in the answer and in the log
   */
  static StatusRuntimeException of(Throwable failure, String method, String id) {
    return switch (failure) {
      case StatusRuntimeException status -> bounded(status);
      case StoreException store -> ofStore(store, method, id);
      case InterruptedException stopped -> ApiErrors.unavailable("the server is stopping");
      default -> unexpected(failure, method, id);
    };
  }

  /** What a promise failed with, without what its dependents wrap it in. */
  static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException e && e.getCause() != null
        ? e.getCause()
        : failure;
  }

  private static StatusRuntimeException ofStore(StoreException failure, String method, String id) {
    return switch (failure) {
      case StoreException.Unavailable e -> ApiErrors.unavailable("the store is not available");
      case StoreException.UnknownOutcome e ->
          ApiErrors.unavailable("the store did not answer: the write may have happened");
      case StoreException.OutOfSpace e ->
          ApiErrors.exhausted("StoreFull", String.valueOf(e.getMessage()));
      case StoreException.Unreadable e -> ApiErrors.unreadable(String.valueOf(e.getMessage()));
      case StoreException.Compacted e -> ApiErrors.compacted("", "");
      case StoreException.Future e -> ApiErrors.compacted("", "");
      default -> unexpected(failure, method, id);
    };
  }

  private static StatusRuntimeException unexpected(Throwable failure, String method, String id) {
    log.error("{} failed unexpectedly, error {}", method, id, failure);
    return ApiErrors.error(
        Code.INTERNAL, "InternalError", "internal error " + id + "; the server's log says more");
  }

  /** Cuts message and details to what fits into trailers. */
  private static StatusRuntimeException bounded(StatusRuntimeException error) {
    com.google.rpc.Status full = StatusProto.fromThrowable(error);
    if (full == null || full.getDetailsCount() == 0) {
      Status status = error.getStatus();
      return status.withDescription(shorten(status.getDescription())).asRuntimeException();
    }
    String message = shorten(full.getMessage());
    if (full.getSerializedSize() <= MOST_DETAIL_BYTES && message.equals(full.getMessage())) {
      return error;
    }
    com.google.rpc.Status.Builder cut = full.toBuilder().setMessage(message);
    int room = MOST_DETAIL_BYTES - message.length();
    cut.clearDetails();
    for (Any detail : full.getDetailsList()) {
      Any fitting = fit(detail, room);
      room -= fitting.getSerializedSize();
      if (room > 0) {
        cut.addDetails(fitting);
      }
    }
    return StatusProto.toStatusRuntimeException(cut.build());
  }

  private static String shorten(@Nullable String message) {
    String text = message == null ? "" : message;
    int bytes = 0;
    for (int i = 0; i < text.length(); i++) {
      bytes += text.charAt(i) < 128 ? 1 : ENCODED;
      if (bytes > MOST_MESSAGE_BYTES) {
        return text.substring(0, i) + "...";
      }
    }
    return text;
  }

  /** Leaves out the last violations if there are more than fit. */
  private static Any fit(Any detail, int room) {
    if (!detail.is(BadRequest.class) || detail.getSerializedSize() <= room) {
      return detail;
    }
    try {
      BadRequest.Builder bad = detail.unpack(BadRequest.class).toBuilder();
      while (bad.getFieldViolationsCount() > 1 && bad.build().getSerializedSize() > room - 100) {
        bad.removeFieldViolations(bad.getFieldViolationsCount() - 1);
      }
      return Any.pack(bad.build());
    } catch (InvalidProtocolBufferException e) {
      return detail;
    }
  }
}
