package dev.capstan.e2e.sim;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.capstan.e2e.sim.check.Messages;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All calls of all clients, as they were made, served and heard. A call's number travels in its
 * headers, so that what the client saw can be put beside what the server did.
 */
final class Traffic {

  static final Metadata.Key<String> CALL =
      Metadata.Key.of("simulated-call", Metadata.ASCII_STRING_MARSHALLER);

  private final Messages messages = new Messages();

  /** A call under way. */
  static final class Call {
    private final long id;
    private final String client;
    private final String method;
    private final Message request;
    private final dev.capstan.e2e.sim.check.Call checked;
    private @Nullable Message response;

    private Call(
        long id,
        String client,
        String method,
        Message request,
        dev.capstan.e2e.sim.check.Call checked) {
      this.id = id;
      this.client = client;
      this.method = method;
      this.request = request;
      this.checked = checked;
    }

    /** Full name of the method. */
    String method() {
      return method;
    }

    Message request() {
      return request;
    }

    /** The keys of what its writes of a kind (all if empty) are about. */
    Set<String> about(String what) {
      return checked.about(what);
    }

    /** True if it asks for a write of this kind, e.g. "status". */
    boolean asksFor(String what) {
      return checked.asksFor(what);
    }
  }

  private final Observer observer;
  private final Map<Long, Call> calls = new LinkedHashMap<>();
  private long last;

  Traffic(Observer observer) {
    this.observer = observer;
  }

  /** A client makes a call; its number goes into {@code headers}. */
  <Q> Call began(String client, MethodDescriptor<Q, ?> method, Q request, Metadata headers) {
    String name = method.getFullMethodName();
    Message message = request(name, method, request);
    Call call = new Call(++last, client, name, message, observer.began(client, name, message));
    calls.put(call.id, call);
    headers.put(CALL, Long.toString(call.id));
    return call;
  }

  private <Q> Message request(String name, MethodDescriptor<Q, ?> method, Q request) {
    if (request instanceof Message message) {
      return message;
    }
    try {
      return messages.request(name, ByteString.readFrom(method.streamRequest(request)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The server answers. */
  void served(Metadata headers, @Nullable ByteString response, Status status) {
    String id = headers.get(CALL);
    Call call = id == null ? null : calls.get(Long.parseLong(id));
    if (call != null) {
      call.response = response == null ? null : messages.response(call.method, response);
      observer.served(call.client, call.method, call.request, call.response, status);
    }
  }

  /**
   * The client hears of it, or does not.
   *
   * @param reason the API's word for what went wrong; empty if it does not say
   */
  void ended(Call call, Status status, String reason) {
    calls.remove(call.id);
    observer.ended(call.checked, status.isOk() ? call.response : null, status, reason);
  }
}
