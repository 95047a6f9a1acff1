package dev.capstan.apiserver;

import dev.capstan.api.v1.ConfigMapsGrpc;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.DeploymentsGrpc;
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
import dev.capstan.apiserver.ops.Metrics;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import java.io.IOException;

/** A whole API server over a store, in this process, with a channel to it. */
final class Api implements AutoCloseable {

  final Seam seam = Seam.system();
  final KvStore store;
  final Metrics metrics = new Metrics();
  final ApiServer server;
  final ManagedChannel channel;
  private final Server grpc;

  private Api(KvStore store, Authenticator authenticator) throws IOException, InterruptedException {
    this.store = store;
    ApiServer.Settings trusting = ApiServer.Settings.trusting();
    ApiServer.Settings settings =
        new ApiServer.Settings(
            trusting.clusterName(), authenticator, trusting.cache(), trusting.startTime());
    this.server = ApiServer.start(seam, store, ValueCodec.plain(), settings, metrics);
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

  static Api start() throws IOException, InterruptedException {
    return over(new MemoryKvStore(Seam.system()));
  }

  static Api over(KvStore store) throws IOException, InterruptedException {
    return new Api(store, Authenticator.trusting());
  }

  static Api guarded(Authenticator authenticator) throws IOException, InterruptedException {
    return new Api(new MemoryKvStore(Seam.system()), authenticator);
  }

  PodsGrpc.PodsBlockingStub pods() {
    return PodsGrpc.newBlockingStub(channel);
  }

  NodesGrpc.NodesBlockingStub nodes() {
    return NodesGrpc.newBlockingStub(channel);
  }

  NamespacesGrpc.NamespacesBlockingStub namespaces() {
    return NamespacesGrpc.newBlockingStub(channel);
  }

  ConfigMapsGrpc.ConfigMapsBlockingStub configMaps() {
    return ConfigMapsGrpc.newBlockingStub(channel);
  }

  SecretsGrpc.SecretsBlockingStub secrets() {
    return SecretsGrpc.newBlockingStub(channel);
  }

  LeasesGrpc.LeasesBlockingStub leases() {
    return LeasesGrpc.newBlockingStub(channel);
  }

  DeploymentsGrpc.DeploymentsBlockingStub deployments() {
    return DeploymentsGrpc.newBlockingStub(channel);
  }

  ReplicaSetsGrpc.ReplicaSetsBlockingStub replicaSets() {
    return ReplicaSetsGrpc.newBlockingStub(channel);
  }

  ResourcesGrpc.ResourcesBlockingStub resources() {
    return ResourcesGrpc.newBlockingStub(channel);
  }

  static Pod pod(String name) {
    return Pod.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().setName(name).setNamespace("default"))
        .setSpec(PodSpec.newBuilder().addContainers(container()))
        .build();
  }

  static Container container() {
    return Container.newBuilder().setName("main").setImage("localhost/capstan/hello:1").build();
  }

  Pod create(Pod pod) {
    return pods().create(WritePodRequest.newBuilder().setObject(pod).build());
  }

  Node createNode(String name) {
    Node node = Node.newBuilder().setMetadata(ObjectMeta.newBuilder().setName(name)).build();
    return nodes().create(WriteNodeRequest.newBuilder().setObject(node).build());
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
