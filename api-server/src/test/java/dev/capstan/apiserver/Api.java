package dev.capstan.apiserver;

import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.ConfigMapsGrpc;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.DeploymentsGrpc;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.LeasesGrpc;
import dev.capstan.api.v1.NamespacesGrpc;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.NodesGrpc;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.PodsGrpc;
import dev.capstan.api.v1.ReplicaSetsGrpc;
import dev.capstan.api.v1.ResourcesGrpc;
import dev.capstan.api.v1.SecretsGrpc;
import dev.capstan.api.v1.WriteNodeRequest;
import dev.capstan.api.v1.WritePodRequest;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.apiserver.chain.Authorizer;
import dev.capstan.apiserver.ops.Metrics;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;

/** A whole API server over a store, in this process, with a channel to it. */
public final class Api implements AutoCloseable {

  public final Seam seam = Seam.system();
  public final KvStore store;
  public final Metrics metrics = new Metrics();
  public final ApiServer server;
  public final ManagedChannel channel;
  private final Server grpc;

  private Api(KvStore store, ValueCodec codec, Authenticator authenticator, Authorizer authorizer)
      throws IOException, InterruptedException {
    this.store = store;
    ApiServer.Settings trusting = ApiServer.Settings.trusting();
    ApiServer.Settings settings =
        new ApiServer.Settings(
            trusting.clusterName(),
            authenticator,
            authorizer,
            trusting.cache(),
            trusting.startTime());
    this.server = ApiServer.start(seam, store, codec, settings, metrics);
    String name = InProcessServerBuilder.generateName();
    this.grpc =
        GrpcServers.add(
                InProcessServerBuilder.forName(name),
                server,
                authenticator,
                new HealthStatusManager(),
                seam)
            .build()
            .start();
    this.channel = InProcessChannelBuilder.forName(name).build();
  }

  public static Api start() throws IOException, InterruptedException {
    return over(new MemoryKvStore(Seam.system()));
  }

  public static Api over(KvStore store) throws IOException, InterruptedException {
    return over(store, ValueCodec.plain());
  }

  public static Api over(KvStore store, ValueCodec codec) throws IOException, InterruptedException {
    return new Api(store, codec, Authenticator.trusting(), Authorizer.allowAll());
  }

  public static Api guarded(Authenticator authenticator) throws IOException, InterruptedException {
    return new Api(
        new MemoryKvStore(Seam.system()), ValueCodec.plain(), authenticator, Authorizer.allowAll());
  }

  public static Api authorized(Authorizer authorizer) throws IOException, InterruptedException {
    return new Api(
        new MemoryKvStore(Seam.system()), ValueCodec.plain(), Authenticator.trusting(), authorizer);
  }

  public PodsGrpc.PodsBlockingStub pods() {
    return PodsGrpc.newBlockingStub(channel);
  }

  public NodesGrpc.NodesBlockingStub nodes() {
    return NodesGrpc.newBlockingStub(channel);
  }

  public NamespacesGrpc.NamespacesBlockingStub namespaces() {
    return NamespacesGrpc.newBlockingStub(channel);
  }

  public ConfigMapsGrpc.ConfigMapsBlockingStub configMaps() {
    return ConfigMapsGrpc.newBlockingStub(channel);
  }

  public SecretsGrpc.SecretsBlockingStub secrets() {
    return SecretsGrpc.newBlockingStub(channel);
  }

  public LeasesGrpc.LeasesBlockingStub leases() {
    return LeasesGrpc.newBlockingStub(channel);
  }

  public DeploymentsGrpc.DeploymentsBlockingStub deployments() {
    return DeploymentsGrpc.newBlockingStub(channel);
  }

  public ReplicaSetsGrpc.ReplicaSetsBlockingStub replicaSets() {
    return ReplicaSetsGrpc.newBlockingStub(channel);
  }

  public ResourcesGrpc.ResourcesBlockingStub resources() {
    return ResourcesGrpc.newBlockingStub(channel);
  }

  public static Pod pod(String name) {
    return Pod.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().setName(name).setNamespace("default"))
        .setSpec(PodSpec.newBuilder().addContainers(container()))
        .build();
  }

  public static Container container() {
    return Container.newBuilder().setName("main").setImage("localhost/capstan/hello:1").build();
  }

  public Pod create(Pod pod) {
    return pods().create(WritePodRequest.newBuilder().setObject(pod).build());
  }

  public Node createNode(String name) {
    Node node = Node.newBuilder().setMetadata(ObjectMeta.newBuilder().setName(name)).build();
    return nodes().create(WriteNodeRequest.newBuilder().setObject(node).build());
  }

  public static GetRequest get(String namespace, String name) {
    return GetRequest.newBuilder().setNamespace(namespace).setName(name).build();
  }

  public Pod pod(Pod of) {
    return pods().get(get(of.getMetadata().getNamespace(), of.getMetadata().getName()));
  }

  public boolean exists(Pod pod) {
    return code(() -> pod(pod)) == Status.Code.OK;
  }

  /** What a call ends with. */
  public static Status.Code code(Runnable call) {
    try {
      call.run();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  /** The error a call ends with. */
  public static StatusRuntimeException error(Runnable call) {
    try {
      call.run();
    } catch (StatusRuntimeException e) {
      return e;
    }
    throw new AssertionError("the call succeeded");
  }

  public Pod update(Pod pod) {
    return pods().update(WritePodRequest.newBuilder().setObject(pod).build());
  }

  public Pod updateStatus(Pod pod) {
    return pods().updateStatus(WritePodRequest.newBuilder().setObject(pod).build());
  }

  public Pod delete(Pod pod, DeleteOptions options) {
    return pods()
        .delete(
            DeleteRequest.newBuilder()
                .setNamespace(pod.getMetadata().getNamespace())
                .setName(pod.getMetadata().getName())
                .setOptions(options)
                .build());
  }

  public Pod bind(Pod pod, String node) {
    return pods()
        .bind(
            BindRequest.newBuilder()
                .setNamespace(pod.getMetadata().getNamespace())
                .setName(pod.getMetadata().getName())
                .setUid(pod.getMetadata().getUid())
                .setNodeName(node)
                .build());
  }

  @Override
  public void close() {
    server.endStreams();
    channel.shutdownNow();
    grpc.shutdownNow();
    server.close();
    store.close();
  }
}
