package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.seam.Seam;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Serves a method with one request and one response; the endpoint runs on the thread that tells the
 * end of the request, which must be the call's own.
 */
final class UnaryCalls implements ServerCallHandler<ByteString, ByteString> {

  /** In place of a place: the call is over. */
  private static final long LEFT = -1;

  private final BoundMethod method;
  private final Endpoint.Unary<Message> endpoint;
  private final Serving serving;

  @SuppressWarnings("unchecked") // The prototype's type is the endpoint's.
  UnaryCalls(BoundMethod method, Endpoint.Unary<?> endpoint, Serving serving) {
    this.method = method;
    this.endpoint = (Endpoint.Unary<Message>) endpoint;
    this.serving = serving;
  }

  @Override
  public ServerCall.Listener<ByteString> startCall(
      ServerCall<ByteString, ByteString> call, Metadata headers) {
    Seam seam = serving.seam();
    long start = seam.clock().nanoTime();
    try {
      Call context = serving.gate().enter(method.name(), headers);
      call.request(2); // The second tells a client that sends too many.
      return new OneRequest(call, context, start);
    } catch (StatusRuntimeException e) {
      serving.close(call, method, start, e);
      return new ServerCall.Listener<>() {};
    }
  }

  private final class OneRequest extends ServerCall.Listener<ByteString> {
    private final ServerCall<ByteString, ByteString> call;
    private final Call context;
    private final long start;
    private @Nullable ByteString request;
    private boolean refused;
    private final AtomicLong place = new AtomicLong();

    OneRequest(ServerCall<ByteString, ByteString> call, Call context, long start) {
      this.call = call;
      this.context = context;
      this.start = start;
    }

    @Override
    public void onMessage(ByteString message) {
      if (request != null) {
        refused = true;
        call.close(
            Status.INVALID_ARGUMENT.withDescription("more than one request"), new Metadata());
        return;
      }
      request = message;
    }

    @Override
    public void onHalfClose() {
      if (refused) {
        return;
      }
      try {
        if (request == null) {
          throw ApiErrors.badRequest("", "the request is missing");
        }
        Message parsed =
            serving.parser().parse(method.prototype(), request, context.clientVersion());
        takePlace();
        ByteString response = endpoint.answer(context, parsed);
        call.sendHeaders(serving.headers());
        call.sendMessage(response);
        serving.close(call, method, start, null);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        serving.close(call, method, start, e);
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        serving.close(call, method, start, e);
      }
    }

    private void takePlace() throws InterruptedException {
      long taken =
          serving.largeAnswers().enter(LargeAnswers.weight(method.name()), context.deadlineNanos());
      if (!place.compareAndSet(0, taken)) {
        serving.largeAnswers().leave(taken); // The client has gone meanwhile.
      }
    }

    private void leavePlace() {
      serving.largeAnswers().leave(place.getAndSet(LEFT));
    }

    @Override
    public void onComplete() {
      leavePlace();
    }

    @Override
    public void onCancel() {
      leavePlace();
    }
  }
}
