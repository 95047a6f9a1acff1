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
 * Serves a method with one request and one response. The endpoint runs on the thread that tells the
 * end of the request, which must be the call's own unless its listener is a {@link PromptListener}.
 */
final class UnaryCalls implements ServerCallHandler<ByteString, ByteString> {

  /** In place of a place: the call is over. */
  private static final long LEFT = -1;

  /**
   * The most that is parsed on the transport's thread, in bytes: a name and a namespace, or a pod
   * of the usual size.
   */
  private static final int SMALL = 4 * 1024;

  private final BoundMethod method;
  private final Serving serving;

  UnaryCalls(BoundMethod method, Serving serving) {
    this.method = method;
    this.serving = serving;
  }

  @Override
  @SuppressWarnings("unchecked") // The prototype's type is the endpoint's.
  public ServerCall.Listener<ByteString> startCall(
      ServerCall<ByteString, ByteString> call, Metadata headers) {
    Seam seam = serving.seam();
    long start = seam.clock().nanoTime();
    try {
      Call context = serving.gate().enter(method.name(), headers, call);
      call.request(2); // The second tells a client that sends too many.
      return method.endpoint() instanceof Endpoint.Prompt<?> prompt
          ? new Prompt((Endpoint.Prompt<Message>) prompt, call, context, start)
          : new Threaded((Endpoint.Unary<Message>) method.endpoint(), call, context, start);
    } catch (StatusRuntimeException e) {
      serving.close(call, method, start, e);
      return new ServerCall.Listener<>() {};
    }
  }

  private abstract class OneRequest extends ServerCall.Listener<ByteString> {
    final ServerCall<ByteString, ByteString> call;
    final Call context;
    private final long start;
    private @Nullable ByteString request;
    private boolean refused;

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
      if (!refused) {
        attempt();
      }
    }

    final int bytes() {
      return request == null ? 0 : request.size();
    }

    final void attempt() {
      try {
        if (request == null) {
          throw ApiErrors.badRequest("", "the request is missing");
        }
        if (method.isUpdate()) {
          RequestParser.Update update =
              serving.parser().update(method.prototype(), request, context.clientVersion());
          allowed(update.request(), update.unknownFields() ? context.withUnknownFields() : context);
        } else {
          allowed(
              serving.parser().parse(method.prototype(), request, context.clientVersion()),
              context);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        end(e);
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        end(e);
      }
    }

    private void allowed(Message parsed, Call from) throws InterruptedException {
      serving.require(from, method, parsed);
      serve(parsed, from);
    }

    abstract void serve(Message parsed, Call from) throws InterruptedException;

    final void respond(ByteString response) {
      call.sendHeaders(serving.headers());
      call.sendMessage(response);
      end(null);
    }

    final void end(@Nullable Throwable failure) {
      serving.close(call, method, start, failure);
    }
  }

  private final class Threaded extends OneRequest {
    private final Endpoint.Unary<Message> endpoint;
    private final AtomicLong place = new AtomicLong();

    Threaded(
        Endpoint.Unary<Message> endpoint,
        ServerCall<ByteString, ByteString> call,
        Call context,
        long start) {
      super(call, context, start);
      this.endpoint = endpoint;
    }

    @Override
    void serve(Message parsed, Call from) throws InterruptedException {
      takePlace();
      respond(endpoint.answer(from, parsed));
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

  private final class Prompt extends OneRequest implements PromptListener {
    private final Endpoint.Prompt<Message> endpoint;

    Prompt(
        Endpoint.Prompt<Message> endpoint,
        ServerCall<ByteString, ByteString> call,
        Call context,
        long start) {
      super(call, context, start);
      this.endpoint = endpoint;
    }

    @Override
    public void onHalfClose() {
      if (bytes() <= SMALL) {
        super.onHalfClose();
      } else {
        serving.seam().threads().start("large request", super::onHalfClose);
      }
    }

    @Override
    void serve(Message parsed, Call from) {
      var unused = endpoint.answer(from, parsed).whenComplete(this::answered);
    }

    private void answered(@Nullable ByteString response, @Nullable Throwable failure) {
      if (response == null) {
        end(failure == null ? null : Failures.cause(failure));
        return;
      }
      try {
        respond(response);
      } catch (RuntimeException e) {
        end(e);
      }
    }
  }
}
