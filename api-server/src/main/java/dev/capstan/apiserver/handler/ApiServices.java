package dev.capstan.apiserver.handler;

import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.AcquireLeaseRequest;
import dev.capstan.api.v1.BindRequest;
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
import dev.capstan.api.v1.RollbackRequest;
import dev.capstan.api.v1.SecretsGrpc;
import dev.capstan.apiserver.chain.Permissions;
import dev.capstan.apiserver.chain.Verb;
import dev.capstan.apiserver.read.ReadEndpoints;
import dev.capstan.apiserver.write.Writer;
import dev.capstan.apiserver.write.Written;
import dev.capstan.kinds.ServedKind;
import dev.capstan.kinds.ServedKinds;
import dev.capstan.seam.Seam;
import io.grpc.ServerServiceDefinition;
import io.grpc.protobuf.ProtoServiceDescriptorSupplier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every service of the API with its endpoints. */
public final class ApiServices {

  /** Services of the contract. A test compares them with the published descriptors. */
  static final List<io.grpc.ServiceDescriptor> SERVICES =
      List.of(
          ClusterGrpc.getServiceDescriptor(),
          ConfigMapsGrpc.getServiceDescriptor(),
          DeploymentsGrpc.getServiceDescriptor(),
          EventsGrpc.getServiceDescriptor(),
          LeasesGrpc.getServiceDescriptor(),
          NamespacesGrpc.getServiceDescriptor(),
          NodeSessionsGrpc.getServiceDescriptor(),
          NodesGrpc.getServiceDescriptor(),
          PodsGrpc.getServiceDescriptor(),
          ReplicaSetsGrpc.getServiceDescriptor(),
          ResourcesGrpc.getServiceDescriptor(),
          SecretsGrpc.getServiceDescriptor());

  private final ServedKinds kinds;
  private final Map<String, GuardedEndpoint> endpoints = new LinkedHashMap<>();

  /**
   * @param others endpoints of methods that are neither generic nor writes, by full method name
   */
  public ApiServices(
      Seam seam,
      ServedKinds kinds,
      Permissions permissions,
      Writer writer,
      ReadEndpoints reads,
      EventIntake events,
      RequestParser parser,
      Map<String, GuardedEndpoint> others) {
    this.kinds = kinds;
    Operations operations = new Operations(kinds, writer, events);
    KindEndpoints perKind = new KindEndpoints(operations, reads);
    for (io.grpc.ServiceDescriptor service : SERVICES) {
      ServedKind served = kindOf(service);
      if (served != null) {
        addGeneric(perKind, served, service);
      }
    }
    Batches batches = new Batches(seam, kinds, operations, permissions, parser);
    new ResourceEndpoints(kinds.registry(), reads, batches).addTo(endpoints);
    addSpecial(operations);
    endpoints.putAll(others);
  }

  private void addGeneric(
      KindEndpoints perKind, ServedKind served, io.grpc.ServiceDescriptor service) {
    for (io.grpc.MethodDescriptor<?, ?> method : service.getMethods()) {
      String name = String.valueOf(method.getBareMethodName());
      perKind
          .of(served, name)
          .ifPresent(endpoint -> endpoints.put(method.getFullMethodName(), endpoint));
    }
  }

  private void addSpecial(Operations operations) {
    KindRegistry registry = kinds.registry();
    Endpoint.Prompt<BindRequest> bind =
        (call, request) ->
            operations.bind(call, request, request.getOptions()).begin().thenApply(Written::bytes);
    endpoints.put(
        "capstan.v1.Pods/Bind",
        GuardedEndpoint.prompt(bind, request -> List.of(Questions.bind(registry, request))));
    Endpoint.Unary<AcquireLeaseRequest> acquire =
        (call, request) -> operations.acquire(call, request).bytes();
    Kind lease = registry.require("Lease");
    endpoints.put(
        "capstan.v1.Leases/Acquire",
        GuardedEndpoint.unary(
            acquire,
            request ->
                List.of(
                    Questions.of(Verb.UPDATE, lease, request.getNamespace(), request.getName()))));
    Endpoint.Unary<RollbackRequest> rollback =
        (call, request) -> operations.rollback(call, request).bytes();
    Kind deployment = registry.require("Deployment");
    endpoints.put(
        "capstan.v1.Deployments/Rollback",
        GuardedEndpoint.unary(
            rollback,
            request ->
                List.of(
                    Questions.of(Verb.UPDATE, deployment, request.getNamespace(), request.getName())
                        .of("rollback"))));
  }

  /** The kind a service is about: what its Get answers with; null if it is about none. */
  private @Nullable ServedKind kindOf(io.grpc.ServiceDescriptor service) {
    if (!(service.getSchemaDescriptor() instanceof ProtoServiceDescriptorSupplier supplier)) {
      return null;
    }
    ServiceDescriptor proto = supplier.getServiceDescriptor();
    MethodDescriptor get = proto.findMethodByName("Get");
    return get == null
        ? null
        : kinds
            .registry()
            .byName(get.getOutputType().getName())
            .filter(kind -> kind.descriptor() == get.getOutputType())
            .map(kinds::of)
            .orElse(null);
  }

  /** All services, bound. */
  public List<ServerServiceDefinition> bind(ServiceBinder binder) {
    return SERVICES.stream().map(service -> binder.bind(service, endpoints)).toList();
  }
}
