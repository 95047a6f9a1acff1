package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.kubelet.runtime.RuntimeFault;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looking at containers: all of them, or one. */
final class DockerLooks {

  static final Duration LIMIT = Duration.ofSeconds(20);

  private final DockerCalls calls;
  private final NodeIdentity node;
  private final KnownContainers known;
  private final MessageFiles messages;
  private final PortGuard guard;
  private boolean swept;
  private final SharedCalls<List<ContainerSummary>> lists = new SharedCalls<>();

  DockerLooks(
      DockerCalls calls,
      NodeIdentity node,
      KnownContainers known,
      MessageFiles messages,
      PortGuard guard) {
    this.calls = calls;
    this.node = node;
    this.known = known;
    this.messages = messages;
    this.guard = guard;
  }

  /** All containers of this node, running or not. */
  List<ContainerSummary> list() throws RuntimeFault, InterruptedException {
    return lists.call("list", this::listOnce);
  }

  private List<ContainerSummary> listOnce() throws RuntimeFault, InterruptedException {
    List<String> left = swept ? List.of() : messages.names();
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
    sweep(left, ours);
    guard.keep(running(ours));
    return ours;
  }

  /**
   * Once, before anything is made: what is left of containers that were removed behind an earlier
   * kubelet's back.
   */
  private void sweep(List<String> left, List<ContainerSummary> ours) {
    Set<String> wanted = new HashSet<>();
    ours.forEach(container -> wanted.add(container.ref().name()));
    left.stream().filter(name -> !wanted.contains(name)).forEach(messages::remove);
    swept = true;
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

  /** Our container of that name, as the engine has it now; if it runs, its port is guarded. */
  Optional<ContainerView> ask(ContainerRef ref) throws RuntimeFault, InterruptedException {
    Optional<InspectContainerResponse> answer =
        calls.call("inspect", LIMIT, client -> inspect(client, ref));
    Optional<ContainerView> view = answer.flatMap(found -> DockerViews.view(node, found));
    if (view.isPresent() && view.get().state() == ContainerView.State.RUNNING) {
      guard.bind(ref, DockerViews.pid(answer.get()), view.get().address());
    }
    return view;
  }

  private static Optional<InspectContainerResponse> inspect(DockerClient client, ContainerRef ref) {
    try {
      return Optional.of(client.inspectContainerCmd(ref.name()).exec());
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  private static Set<String> running(List<ContainerSummary> containers) {
    Set<String> names = new HashSet<>();
    containers.stream()
        .filter(ContainerSummary::running)
        .forEach(container -> names.add(container.ref().name()));
    return names;
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
