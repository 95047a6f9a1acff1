package dev.capstan.e2e.sim.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.capstan.api.v1.ClusterGrpc;
import dev.capstan.api.v1.ConfigMapsGrpc;
import dev.capstan.api.v1.DeploymentsGrpc;
import dev.capstan.api.v1.EventsGrpc;
import dev.capstan.api.v1.LeasesGrpc;
import dev.capstan.api.v1.NamespacesGrpc;
import dev.capstan.api.v1.NodesGrpc;
import dev.capstan.api.v1.PodsGrpc;
import dev.capstan.api.v1.ReplicaSetsGrpc;
import dev.capstan.api.v1.ResourcesGrpc;
import dev.capstan.api.v1.SecretsGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServiceDescriptor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes messages of what is on the wire: client and server each have message types of their own.
 * Methods that are no part of it (logs, sessions) are not checked.
 */
public final class Messages {

  private static final List<ServiceDescriptor> SERVICES =
      List.of(
          ClusterGrpc.getServiceDescriptor(),
          ConfigMapsGrpc.getServiceDescriptor(),
          DeploymentsGrpc.getServiceDescriptor(),
          EventsGrpc.getServiceDescriptor(),
          LeasesGrpc.getServiceDescriptor(),
          NamespacesGrpc.getServiceDescriptor(),
          NodesGrpc.getServiceDescriptor(),
          PodsGrpc.getServiceDescriptor(),
          ReplicaSetsGrpc.getServiceDescriptor(),
          ResourcesGrpc.getServiceDescriptor(),
          SecretsGrpc.getServiceDescriptor());

  private final Map<String, MethodDescriptor<?, ?>> methods = new LinkedHashMap<>();

  /** Knows all methods of the API's services. */
  public Messages() {
    SERVICES.forEach(service ->
        service.getMethods().forEach(method -> methods.put(method.getFullMethodName(), method)));
  }

  /** True if calls of this method are to be told to {@link Checks}. */
  public boolean knows(String fullMethodName) {
    MethodDescriptor<?, ?> method = methods.get(fullMethodName);
    return method != null && method.getType() == MethodDescriptor.MethodType.UNARY;
  }

  /** True if this method is a watch. */
  public boolean isWatch(String fullMethodName) {
    return methods.containsKey(fullMethodName) && fullMethodName.endsWith("/Watch");
  }

  /** The request of a method from its bytes. */
  public Message request(String fullMethodName, ByteString bytes) {
    return parse(require(fullMethodName).getRequestMarshaller(), bytes);
  }

  /** The response of a unary method from its bytes. */
  public Message response(String fullMethodName, ByteString bytes) {
    return parse(require(fullMethodName).getResponseMarshaller(), bytes);
  }

  private MethodDescriptor<?, ?> require(String name) {
    MethodDescriptor<?, ?> method = methods.get(name);
    if (method == null) {
      throw new IllegalArgumentException("no method " + name);
    }
    return method;
  }

  private static Message parse(Marshaller<?> marshaller, ByteString bytes) {
    if (marshaller instanceof PrototypeMarshaller<?> typed
        && typed.getMessagePrototype() instanceof Message prototype) {
      try {
        return prototype.getParserForType().parseFrom(bytes);
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalArgumentException("bytes that are no " + prototype.getClass(), e);
      }
    }
    throw new IllegalArgumentException("no message type is known of " + marshaller);
  }
}
