package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.apiserver.chain.Permissions;
import dev.capstan.seam.Seam;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Binds services from their descriptors: every method to its endpoint, over bytes. The descriptors
 * keep what reflection needs.
 */
public final class ServiceBinder {

  private final Serving serving;
  private final ByteMarshaller marshaller = new ByteMarshaller();

  public ServiceBinder(
      Seam seam,
      Authenticator authenticator,
      Permissions permissions,
      RequestParser parser,
      CallObserver observer,
      OpenStreams streams) {
    this.serving =
        new Serving(
            seam,
            new CallGate(authenticator, seam),
            permissions,
            parser,
            observer,
            streams,
            new LargeAnswers(seam.clock()));
  }

  /**
   * Binds a service.
   *
   * @param endpoints by full method name; every method of the service has one
   */
  public ServerServiceDefinition bind(
      ServiceDescriptor service, Map<String, GuardedEndpoint> endpoints) {
    List<Bound> methods =
        service.getMethods().stream().map(method -> bind(method, endpoints)).toList();
    ServiceDescriptor.Builder descriptor =
        ServiceDescriptor.newBuilder(service.getName())
            .setSchemaDescriptor(service.getSchemaDescriptor());
    methods.forEach(bound -> descriptor.addMethod(bound.descriptor));
    ServerServiceDefinition.Builder definition =
        ServerServiceDefinition.builder(descriptor.build());
    methods.forEach(bound -> definition.addMethod(bound.descriptor, bound.handler));
    return definition.build();
  }

  private record Bound(
      MethodDescriptor<ByteString, ByteString> descriptor,
      ServerCallHandler<ByteString, ByteString> handler) {}

  private Bound bind(MethodDescriptor<?, ?> method, Map<String, GuardedEndpoint> endpoints) {
    GuardedEndpoint guarded =
        Optional.ofNullable(endpoints.get(method.getFullMethodName()))
            .orElseThrow(() ->
                new IllegalArgumentException("no endpoint for " + method.getFullMethodName()));
    BoundMethod bound = new BoundMethod(method.getFullMethodName(), prototype(method), guarded);
    ServerCallHandler<ByteString, ByteString> handler =
        switch (guarded.endpoint()) {
          case Endpoint.Unary<?> unary -> new UnaryCalls(bound, serving);
          case Endpoint.Prompt<?> prompt -> new UnaryCalls(bound, serving);
          case Endpoint.Streaming<?> streaming -> new StreamCalls(bound, serving);
          case Endpoint.Bidirectional bidirectional -> new StreamCalls(bound, serving);
        };
    return new Bound(method.toBuilder(marshaller, marshaller).build(), handler);
  }

  private static Message prototype(MethodDescriptor<?, ?> method) {
    if (method.getRequestMarshaller() instanceof PrototypeMarshaller<?> marshaller
        && marshaller.getMessagePrototype() instanceof Message message) {
      return message;
    }
    throw new IllegalArgumentException("no request type for " + method.getFullMethodName());
  }
}
