package dev.capstan.apiserver.handler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.ResourceListRequest;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.apiserver.chain.Authorizer;
import dev.capstan.apiserver.chain.Permissions;
import dev.capstan.seam.Seam;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that go at any moment, also while another thread makes their answer, or that say too
 * much.
 */
class UnaryCallsTest {

  private static final String GET = "capstan.v1.Pods/Get";
  private static final String LIST = "capstan.v1.Resources/List";

  private final Seam seam = Seam.system();
  private final LargeAnswers answers = new LargeAnswers(seam.clock());
  private Serving serving;
  private Runnable meanwhile = () -> {};
  private ServerCall.Listener<ByteString> listener;

  @BeforeEach
  void call() {
    Endpoint.Unary<ResourceListRequest> endpoint =
        (call, request) -> {
          meanwhile.run();
          return ByteString.EMPTY;
        };
    serving =
        new Serving(
            seam,
            new CallGate(Authenticator.trusting(), seam),
            new Permissions(Authorizer.allowAll()),
            new RequestParser("0.1.0"),
            CallObserver.NONE,
            new OpenStreams(),
            answers);
    BoundMethod method =
        new BoundMethod(
            LIST,
            ResourceListRequest.getDefaultInstance(),
            GuardedEndpoint.unary(endpoint, Questions.ofEachItem()));
    listener = new UnaryCalls(method, serving).startCall(new DeafCall(), new Metadata());
    listener.onMessage(ByteString.EMPTY);
  }

  @Test
  void whoGoesBeforeTheListIsBegunTakesNoPlace() throws Exception {
    listener.onCancel();
    listener.onHalfClose();
    assertThat(takesEverything()).isTrue();
  }

  @Test
  void whoGoesWhileTheListIsMadeLeavesItsPlace() throws Exception {
    meanwhile = listener::onCancel;
    listener.onHalfClose();
    assertThat(takesEverything()).isTrue();
  }

  @Test
  void whoHasReadTheListLeavesItsPlace() throws Exception {
    listener.onHalfClose();
    assertThat(takesEverything()).isFalse();
    listener.onComplete();
    assertThat(takesEverything()).isTrue();
  }

  @Test
  void whoSendsTwoRequestsIsServedNeither() {
    AtomicBoolean served = new AtomicBoolean();
    meanwhile = () -> served.set(true);
    listener.onMessage(ByteString.EMPTY);
    listener.onHalfClose();
    assertThat(served).isFalse();
  }

  private final CompletableFuture<ByteString> promised = new CompletableFuture<>();
  private @Nullable Thread answering;

  /** Lets a call begin whose answer is promised. */
  private DeafCall prompt(ByteString request) {
    Endpoint.Prompt<GetRequest> endpoint =
        (call, parsed) -> {
          answering = Thread.currentThread();
          return promised;
        };
    BoundMethod method =
        new BoundMethod(
            GET,
            GetRequest.getDefaultInstance(),
            GuardedEndpoint.prompt(endpoint, Questions.ofEachItem()));
    DeafCall call = new DeafCall();
    listener = new UnaryCalls(method, serving).startCall(call, new Metadata());
    assertThat(listener).isInstanceOf(PromptListener.class);
    listener.onMessage(request);
    listener.onHalfClose();
    return call;
  }

  private static ByteString name(int length) {
    return GetRequest.newBuilder().setName("x".repeat(length)).build().toByteString();
  }

  @Test
  void whatIsPromisedIsSentOnceItIsKnown() {
    DeafCall call = prompt(name(8));
    assertThat(answering).isEqualTo(Thread.currentThread());
    assertThat(call.ended).isNull();
    promised.complete(ByteString.copyFromUtf8("here"));
    assertThat(call.sent).isEqualTo(ByteString.copyFromUtf8("here"));
    assertThat(call.ended).extracting(Status::getCode).isEqualTo(Status.Code.OK);
  }

  @Test
  void aBrokenPromiseSaysWhy() {
    DeafCall call = prompt(name(8));
    promised.completeExceptionally(new CompletionException(ApiErrors.unavailable("no store")));
    assertThat(call.sent).isNull();
    assertThat(call.ended).extracting(Status::getCode).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(call.ended).extracting(Status::getDescription).isEqualTo("no store");
  }

  @Test
  void aLargeRequestIsNotParsedOnTheTransportsThread() throws Exception {
    prompt(name(10_000));
    for (int i = 0; answering == null && i < 1_000; i++) {
      seam.clock().sleep(Duration.ofMillis(5));
    }
    assertThat(answering).isNotNull().isNotEqualTo(Thread.currentThread());
  }

  private boolean takesEverything() throws InterruptedException {
    try {
      return answers.enter(LargeAnswers.CAPACITY, seam.clock().nanoTime()) > 0;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /** Nobody listens to what it sends. */
  private static final class DeafCall extends ServerCall<ByteString, ByteString> {
    @Nullable ByteString sent;
    @Nullable Status ended;

    @Override
    public void request(int numMessages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(ByteString message) {
      sent = message;
    }

    @Override
    public void close(Status status, Metadata trailers) {
      ended = status;
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public MethodDescriptor<ByteString, ByteString> getMethodDescriptor() {
      ByteMarshaller bytes = new ByteMarshaller();
      return MethodDescriptor.<ByteString, ByteString>newBuilder(bytes, bytes)
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName(LIST)
          .build();
    }
  }
}
