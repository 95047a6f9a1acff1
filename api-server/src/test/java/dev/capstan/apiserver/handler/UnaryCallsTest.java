package dev.capstan.apiserver.handler;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.capstan.api.v1.ResourceListRequest;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.seam.Seam;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that go at any moment, also while another thread makes their answer, or that say too
 * much.
 */
class UnaryCallsTest {

  private static final String LIST = "capstan.v1.Resources/List";

  private final Seam seam = Seam.system();
  private final LargeAnswers answers = new LargeAnswers(seam.clock());
  private Runnable meanwhile = () -> {};
  private ServerCall.Listener<ByteString> listener;

  @BeforeEach
  void call() {
    Endpoint.Unary<ResourceListRequest> endpoint =
        (call, request) -> {
          meanwhile.run();
          return ByteString.EMPTY;
        };
    Serving serving =
        new Serving(
            seam,
            new CallGate(Authenticator.trusting(), seam),
            new RequestParser("0.1.0"),
            CallObserver.NONE,
            new OpenStreams(),
            answers);
    BoundMethod method = new BoundMethod(LIST, ResourceListRequest.getDefaultInstance(), endpoint);
    listener = new UnaryCalls(method, endpoint, serving).startCall(new DeafCall(), new Metadata());
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

  private boolean takesEverything() throws InterruptedException {
    try {
      return answers.enter(LargeAnswers.CAPACITY, seam.clock().nanoTime()) > 0;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /** Nobody listens to what it sends. */
  private static final class DeafCall extends ServerCall<ByteString, ByteString> {
    @Override
    public void request(int numMessages) {}

    @Override
    public void sendHeaders(Metadata headers) {}

    @Override
    public void sendMessage(ByteString message) {}

    @Override
    public void close(Status status, Metadata trailers) {}

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
