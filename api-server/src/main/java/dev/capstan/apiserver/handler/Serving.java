package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.capstan.apiserver.chain.Permissions;
import dev.capstan.seam.Seam;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import org.jspecify.annotations.Nullable;

/** What all calls share. */
record Serving(
    Seam seam,
    CallGate gate,
    Permissions permissions,
    RequestParser parser,
    CallObserver observer,
    OpenStreams streams,
    LargeAnswers largeAnswers) {

  /** The headers of every answer: the server's version, so that clients can warn of a mismatch. */
  Metadata headers() {
    Metadata headers = new Metadata();
    headers.put(CallGate.VERSION, parser.serverVersion());
    return headers;
  }

  /** PERMISSION_DENIED unless everything that a request asks for is allowed. */
  void require(Call call, BoundMethod method, Message request) {
    permissions.require(call.user(), method.ask(request));
  }

  /** Ends a call, with OK if there is no failure. */
  void close(
      ServerCall<ByteString, ByteString> call,
      BoundMethod method,
      long startNanos,
      @Nullable Throwable failure) {
    Status status = Status.OK;
    Metadata trailers = new Metadata();
    if (failure != null) {
      StatusRuntimeException error = Failures.of(failure, method.name(), errorId());
      status = error.getStatus();
      trailers = error.getTrailers() == null ? trailers : error.getTrailers();
    }
    observer.ended(
        method.name(),
        status.getCode(),
        seam.clock().nanoTime() - startNanos,
        isStreaming(method.endpoint()));
    try {
      call.close(status, trailers);
    } catch (IllegalStateException e) {
      // Closed already: the client cancelled, or sent more than it may.
    }
  }

  private static boolean isStreaming(Endpoint endpoint) {
    return endpoint instanceof Endpoint.Streaming<?> || endpoint instanceof Endpoint.Bidirectional;
  }

  private String errorId() {
    return Long.toHexString(seam.random().nextLong());
  }
}
