package dev.capstan.kvstore.etcd;

import dev.capstan.seam.Seam;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One channel over all members, and one to each for what concerns a member alone. */
final class EtcdChannels {

  /** A group's reply may carry the current values of all its refused members. */
  private static final int MAX_INBOUND_BYTES = 64 << 20;

  private final ManagedChannel any;
  private final List<ManagedChannel> members = new ArrayList<>();

  EtcdChannels(EtcdOptions options, Seam seam) {
    any = open(options.endpoints(), seam);
    options.endpoints().forEach(endpoint -> members.add(open(List.of(endpoint), seam)));
  }

  private static ManagedChannel open(List<String> endpoints, Seam seam) {
    return NettyChannelBuilder.forTarget(EndpointResolver.target(endpoints))
        .usePlaintext()
        // A member cut off from its leader answers UNAVAILABLE: the next try goes to another.
        .defaultLoadBalancingPolicy("round_robin")
        .maxInboundMessageSize(MAX_INBOUND_BYTES)
        .disableRetry()
        // A silent network is noticed; etcd allows a ping every 5 s.
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(10, TimeUnit.SECONDS)
        // Callbacks hand over to threads that wait, or do what takes microseconds: see KvStore.
        .directExecutor()
        .offloadExecutor(seam.threads().executor())
        .build();
  }

  ManagedChannel any() {
    return any;
  }

  /** One per endpoint, in their order. */
  List<ManagedChannel> members() {
    return members;
  }

  /**
   * Connects again now instead of at the end of gRPC's back-off, which grows to two minutes. Called
   * after failures by those who are about to pause themselves.
   */
  void reconnect() {
    if (any.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
      any.resetConnectBackoff();
    }
  }

  /** As {@link #reconnect}, to each member alone. */
  void reconnectToMembers() {
    members.forEach(ManagedChannel::resetConnectBackoff);
  }

  void close() {
    any.shutdownNow();
    members.forEach(ManagedChannel::shutdownNow);
  }
}
