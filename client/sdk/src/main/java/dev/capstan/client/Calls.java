package dev.capstan.client;

import dev.capstan.seam.Clock;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Makes calls: deadline, classification of errors, and repetition where it is safe.
 *
 * @param timeout of one attempt
 * @param retryFor how long to go on trying while the server is unavailable
 * @param beforeRetry told of the failure before each pause; what it throws ends the trying
 */
record Calls(
    Connection connection,
    Duration timeout,
    Duration retryFor,
    Consumer<ApiException> beforeRetry) {

  /** What may be done again after a failure. */
  enum Repeat {
    /** Reads, and writes that say the same when said twice. */
    ALWAYS,
    /** Writes: only if the request certainly never left this process. */
    IF_NOT_SENT
  }

  <Q, R> R unary(MethodDescriptor<Q, R> method, Q request, boolean write, Repeat repeat)
      throws InterruptedException {
    Clock clock = connection.seam().clock();
    long giveUp = clock.deadline(retryFor);
    for (int failures = 0; ; failures++) {
      try {
        return once(method, request, write);
      } catch (ApiException.Unavailable | ApiException.UnknownOutcome e) {
        Duration pause = Backoff.PROMPT.delay(failures, connection.seam().random());
        boolean safe = repeat == Repeat.ALWAYS || !e.mayHaveHappened();
        if (!safe || clock.deadline(pause) - giveUp >= 0) {
          throw e;
        }
        beforeRetry.accept(e);
        clock.sleep(pause);
        connection.reconnectNow();
      }
    }
  }

  private <Q, R> R once(MethodDescriptor<Q, R> method, Q request, boolean write)
      throws InterruptedException {
    SentTracer tracer = new SentTracer();
    Deadline deadline = connection.deadline(timeout);
    CallOptions options =
        CallOptions.DEFAULT.withDeadline(deadline).withStreamTracerFactory(tracer);
    try {
      return ClientCalls.blockingUnaryCall(connection.calls(), method, options, request);
    } catch (StatusRuntimeException e) {
      if (e.getCause() instanceof InterruptedException) {
        Thread.interrupted(); // The flag that gRPC set becomes the exception it should have been.
        throw (InterruptedException)
            new InterruptedException(method.getFullMethodName()).initCause(e);
      }
      throw Errors.of(late(e, deadline), write, tracer.sent);
    }
  }

  /** The server knows the deadline, too: its end of the call may be seen before our own. */
  private static StatusRuntimeException late(StatusRuntimeException e, Deadline deadline) {
    return e.getStatus().getCode() == Status.Code.CANCELLED && deadline.isExpired()
        ? Status.DEADLINE_EXCEEDED
            .withDescription(e.getStatus().getDescription())
            .withCause(e)
            .asRuntimeException(e.getTrailers())
        : e;
  }

  /** Opens a server stream. The stream has no deadline of its own. */
  <Q, R> ServerStream<R> stream(MethodDescriptor<Q, R> method, Q request) {
    ClientCall<Q, R> call = connection.streams().newCall(method, CallOptions.DEFAULT);
    return ServerStream.start(call, request, connection.seam().clock());
  }

  /** Notes whether the request reached a transport. */
  private static final class SentTracer extends ClientStreamTracer.Factory {
    private volatile boolean sent;

    @Override
    public ClientStreamTracer newClientStreamTracer(
        ClientStreamTracer.StreamInfo info, Metadata headers) {
      return new ClientStreamTracer() {
        @Override
        public void outboundHeaders() {
          sent = true;
        }
      };
    }
  }
}
