package dev.capstan.e2e.sim;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.capstan.api.v1.ClusterGrpc;
import dev.capstan.api.v1.ConfigMapsGrpc;
import dev.capstan.api.v1.DeploymentsGrpc;
import dev.capstan.api.v1.EventsGrpc;
import dev.capstan.api.v1.LeasesGrpc;
import dev.capstan.api.v1.NamespacesGrpc;
import dev.capstan.api.v1.NodeSessionsGrpc;
import dev.capstan.api.v1.NodesGrpc;
import dev.capstan.api.v1.PodsGrpc;
import dev.capstan.api.v1.ReplicaSetsGrpc;
import dev.capstan.api.v1.ResourcesGrpc;
import dev.capstan.api.v1.SecretsGrpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All calls of all clients, as they were made, served and heard. A call's number travels in its
 * headers, so that what the client saw can be put beside what the server did.
 */
final class Traffic {

  static final Metadata.Key<String> CALL =
      Metadata.Key.of("simulated-call", Metadata.ASCII_STRING_MARSHALLER);

  private static final List<ServiceDescriptor> SERVICES =
      List.of(
          ClusterGrpc.getServiceDescriptor(),
          ConfigMapsGrpc.getServiceDescriptor(),
          DeploymentsGrpc.getServiceDescriptor(),
          EventsGrpc.getServiceDescriptor(),
          LeasesGrpc.getServiceDescriptor(),
          NamespacesGrpc.getServiceDescriptor(),
          NodesGrpc.getServiceDescriptor(),
          NodeSessionsGrpc.getServiceDescriptor(),
          PodsGrpc.getServiceDescriptor(),
          ReplicaSetsGrpc.getServiceDescriptor(),
          ResourcesGrpc.getServiceDescriptor(),
          SecretsGrpc.getServiceDescriptor());

  private record Form(Message request, Message response) {}

  private static final Map<String, Form> FORMS = forms();

  private static Map<String, Form> forms() {
    Map<String, Form> forms = new HashMap<>();
    for (ServiceDescriptor service : SERVICES) {
      for (MethodDescriptor<?, ?> method : service.getMethods()) {
        forms.put(
            method.getFullMethodName(),
            new Form(
                prototype(method.getRequestMarshaller()),
                prototype(method.getResponseMarshaller())));
      }
    }
    return forms;
  }

  private static Message prototype(MethodDescriptor.Marshaller<?> marshaller) {
    Object prototype = ((MethodDescriptor.PrototypeMarshaller<?>) marshaller).getMessagePrototype();
    if (prototype instanceof Message message) {
      return message;
    }
    throw new IllegalStateException("no message: " + prototype);
  }

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

  private static <Q> Message request(String name, MethodDescriptor<Q, ?> method, Q request) {
    if (request instanceof Message message) {
      return message;
    }
    try {
      return form(name).request.getParserForType().parseFrom(method.streamRequest(request));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Form form(String method) {
    Form form = FORMS.get(method);
    if (form == null) {
      throw new IllegalStateException("unknown method " + method);
    }
    return form;
  }

  /** The server answers. */
  void served(Metadata headers, @Nullable ByteString response, Status status) {
    String id = headers.get(CALL);
    Call call = id == null ? null : calls.get(Long.parseLong(id));
    if (call != null) {
      call.response = response == null ? null : parse(form(call.method).response, response);
      observer.served(call.client, call.method, call.request, call.response, status);
    }
  }

  private static Message parse(Message prototype, ByteString bytes) {
    try {
      return prototype.getParserForType().parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The client hears of it, or does not. */
  void ended(Call call, Status status) {
    calls.remove(call.id);
    observer.ended(call.checked, status.isOk() ? call.response : null, status);
  }
}
