package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.kubelet.runtime.RuntimeFault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looking at containers: all of them, or one. */
final class DockerLooks {

  static final Duration LIMIT = Duration.ofSeconds(20);

  private final DockerCalls calls;
  private final NodeIdentity node;
  private final KnownContainers known;
  private final SharedCalls<List<ContainerSummary>> lists = new SharedCalls<>();

  DockerLooks(DockerCalls calls, NodeIdentity node, KnownContainers known) {
    this.calls = calls;
    this.node = node;
    this.known = known;
  }

  /** All containers of this node, running or not. */
  List<ContainerSummary> list() throws RuntimeFault, InterruptedException {
    return lists.call("list", this::listOnce);
  }

  private List<ContainerSummary> listOnce() throws RuntimeFault, InterruptedException {
    List<Container> containers =
        calls.call(
            "list",
            LIMIT,
            client ->
                client
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(Map.of(DockerLabels.CLUSTER, node.clusterId()))
                    .exec());
    List<ContainerSummary> ours =
        containers.stream()
            .map(container -> DockerViews.summary(node, container))
            .flatMap(Optional::stream)
            .toList();
    known.compare(ours);
    return ours;
  }

  /** Our container of that name; the engine is not asked if it is known to be as it was. */
  Optional<ContainerView> inspect(ContainerRef ref) throws RuntimeFault, InterruptedException {
    Optional<ContainerView> before = known.find(ref);
    if (before.isPresent()) {
      return before;
    }
    KnownContainers.Look look = known.look(ref);
    Optional<ContainerView> now = ask(ref);
    now.ifPresentOrElse(view -> known.saw(look, view), () -> known.forget(ref));
    return now;
  }

  /** Our container of that name, as the engine has it now. */
  Optional<ContainerView> ask(ContainerRef ref) throws RuntimeFault, InterruptedException {
    return calls.call("inspect", LIMIT, client -> inspect(client, ref));
  }

  private Optional<ContainerView> inspect(DockerClient client, ContainerRef ref) {
    try {
      return DockerViews.view(node, client.inspectContainerCmd(ref.name()).exec());
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * The engine's id of our container of that name, which is about to be changed. Every change goes
   * by id, so that it cannot hit a foreign one.
   */
  Optional<String> id(ContainerRef ref) throws RuntimeFault, InterruptedException {
    known.forget(ref);
    return ask(ref).map(ContainerView::id);
  }
}
