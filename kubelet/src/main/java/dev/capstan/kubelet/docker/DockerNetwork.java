package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.Network.Ipam;
import dev.capstan.kubelet.runtime.AddressRange;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The bridge network of the node's range, on which its pods live. */
final class DockerNetwork {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Begins the key under which a network's inspection lists who is not there any more. */
  private static final String LEFT_OVER = "ep-";

  /** Nothing but a restart makes the engine count again (moby issue 43286). */
  private static final String MISCOUNTED =
      "the engine counts a container in it and names none, which is a fault of Docker 20.10;"
          + " restart the engine, then run this again";

  private final DockerCalls calls;
  private final NodeIdentity node;
  private final AddressRange range;
  private volatile boolean prepared;

  DockerNetwork(DockerCalls calls, NodeIdentity node, String podCidr) {
    this.calls = calls;
    this.node = node;
    this.range = AddressRange.parse(podCidr);
  }

  /** Derived from cluster and node, so that several of each fit on one engine. */
  String name() {
    String id = node.clusterId();
    return "capstan-" + id.substring(0, Math.min(8, id.length())) + "-" + node.nodeName();
  }

  /** The guard of its ports, under a name that fits into the kernel's 31 characters. */
  PortGuard guard(NetTools tools, Clock clock) {
    String id = node.clusterId();
    String chain =
        String.format(
            "CAPSTAN-%s-%08x",
            id.substring(0, Math.min(8, id.length())), node.nodeName().hashCode());
    return new PortGuard(tools, clock, chain, range);
  }

  /** As {@link #prepare}, but does not look when it was made or found already. */
  void ensure() throws RuntimeFault, InterruptedException {
    if (!prepared) {
      prepare();
    }
  }

  /** Makes the network unless it is there. */
  void prepare() throws RuntimeFault, InterruptedException {
    prepared = false;
    findOrCreate();
    prepared = true;
  }

  private void findOrCreate() throws RuntimeFault, InterruptedException {
    Optional<Network> found = find();
    if (found.isEmpty()) {
      create();
      return;
    }
    Network network = found.get();
    Map<String, String> labels = network.getLabels() == null ? Map.of() : network.getLabels();
    if (!isOurs(labels)) {
      throw new RuntimeFault(Kind.CONFLICT, "a network " + name() + " of somebody else is there");
    }
    List<Ipam.Config> config = network.getIpam().getConfig();
    if (config.isEmpty() || !range.toString().equals(config.getFirst().getSubnet())) {
      throw new RuntimeFault(
          Kind.INVALID,
          "network "
              + name()
              + " has another range than "
              + range
              + "; capstan-kubelet --cleanup removes it");
    }
  }

  /**
   * The node's name suffices: a network has no life of its own, and the next Node object needs the
   * same.
   */
  private boolean isOurs(Map<String, String> labels) {
    return node.clusterId().equals(labels.get(DockerLabels.CLUSTER))
        && node.nodeName().equals(labels.get(DockerLabels.NODE));
  }

  private Optional<Network> find() throws RuntimeFault, InterruptedException {
    List<Network> networks =
        calls.call(
            "network list",
            LIMIT,
            client -> client.listNetworksCmd().withNameFilter(name()).exec());
    return networks.stream().filter(network -> network.getName().equals(name())).findFirst();
  }

  private void create() throws RuntimeFault, InterruptedException {
    try {
      createOnce();
    } catch (RuntimeFault e) {
      if (!e.words().contains("overlap")) {
        throw e;
      }
      // The engine's own words name the network that was not made, by another id each time.
      throw new RuntimeFault(
          e.kind(),
          "the range "
              + range
              + " overlaps with another network of the engine: choose another --pod-cidr",
          e);
    }
  }

  private void createOnce() throws RuntimeFault, InterruptedException {
    // Containers that somebody else attaches get their addresses from the last few, which the
    // kubelet never gives away.
    Ipam.Config config =
        new Ipam.Config()
            .withSubnet(range.toString())
            .withGateway(range.gateway())
            .withIpRange(range.visitors());
    calls.call(
        "network create",
        LIMIT,
        client ->
            client
                .createNetworkCmd()
                .withName(name())
                .withDriver("bridge")
                .withCheckDuplicate(true)
                .withLabels(DockerLabels.ofNode(node))
                .withIpam(new Ipam().withConfig(config))
                .exec());
  }

  /** Removes the network if it is there and ours. */
  void remove() throws RuntimeFault, InterruptedException {
    prepared = false;
    Optional<Network> found = find();
    if (found.isEmpty() || !isOurs(found.get().getLabels())) {
      return;
    }
    String id = found.get().getId();
    try {
      remove(id);
    } catch (RuntimeFault e) {
      if (!takeOffEnded(id)) {
        throw inUse(id, e);
      }
      remove(id);
    }
  }

  /** Says who keeps the network from being removed, and what to do about it. */
  private RuntimeFault inUse(String id, RuntimeFault refusal) throws InterruptedException {
    if (!refusal.words().contains("active endpoints")) {
      return refusal;
    }
    List<String> members;
    try {
      members =
          calls.call(
              "network inspect",
              LIMIT,
              client ->
                  client
                      .inspectNetworkCmd()
                      .withNetworkId(id)
                      .exec()
                      .getContainers()
                      .values()
                      .stream()
                      .map(Network.ContainerNetworkConfig::getName)
                      .toList());
    } catch (RuntimeFault e) {
      refusal.addSuppressed(e);
      return refusal;
    }
    return new RuntimeFault(
        refusal.kind(),
        "network "
            + name()
            + " stays: "
            + (members.isEmpty()
                ? MISCOUNTED
                : "these containers still use it: " + String.join(", ", members)),
        refusal);
  }

  private void remove(String id) throws RuntimeFault, InterruptedException {
    calls.call("network remove", LIMIT, client -> client.removeNetworkCmd(id).exec());
  }

  /**
   * After a crash the engine may count containers in a network that have ended or are not there any
   * more, and then never removes it. Running ones stay: they are somebody's.
   *
   * @return whether any was taken off
   */
  private boolean takeOffEnded(String id) throws RuntimeFault, InterruptedException {
    return calls.call(
        "network disconnect",
        LIMIT,
        client -> {
          boolean any = false;
          for (var member :
              client.inspectNetworkCmd().withNetworkId(id).exec().getContainers().entrySet()) {
            // Of what is not there any more only the name is known, and its key is the endpoint's.
            String container =
                member.getKey().startsWith(LEFT_OVER)
                    ? member.getValue().getName()
                    : member.getKey();
            if (!runs(client, container)) {
              client
                  .disconnectFromNetworkCmd()
                  .withNetworkId(id)
                  .withContainerId(container)
                  .withForce(true)
                  .exec();
              any = true;
            }
          }
          return any;
        });
  }

  private static boolean runs(DockerClient client, String container) {
    try {
      return Boolean.TRUE.equals(
          client.inspectContainerCmd(container).exec().getState().getRunning());
    } catch (NotFoundException e) {
      return false;
    }
  }
}
