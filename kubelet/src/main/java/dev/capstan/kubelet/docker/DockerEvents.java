package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import dev.capstan.kubelet.runtime.ContainerChange;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The engine's event stream. Only Action and Actor are read: API 1.52 drops the rest. */
final class DockerEvents {

  /** Actions after which a container may no longer be what it was. */
  private static final List<String> ACTIONS = List.of("die", "oom", "destroy", "rename");

  private static final String START = "start";

  private final DockerCalls calls;
  private final NodeIdentity node;
  private final KnownContainers known;

  DockerEvents(DockerCalls calls, NodeIdentity node, KnownContainers known) {
    this.calls = calls;
    this.node = node;
    this.known = known;
  }

  void watch(Runnable connected, Consumer<ContainerChange> changes)
      throws RuntimeFault, InterruptedException {
    Runnable open =
        () -> {
          known.listen();
          connected.run();
        };
    DockerStream<Event> stream = new DockerStream<>(open, event -> take(event, changes));
    calls
        .streams()
        .eventsCmd()
        .withEventTypeFilter(EventType.CONTAINER)
        .withLabelFilter(Map.of(DockerLabels.CLUSTER, node.clusterId()))
        .exec(stream);
    Throwable error;
    try {
      error = stream.await();
    } finally {
      known.stopListening();
    }
    calls.reset();
    throw error == null
        ? new RuntimeFault(Kind.UNAVAILABLE, "the engine ended its event stream")
        : DockerErrors.general(error);
  }

  private void take(Event event, Consumer<ContainerChange> changes) {
    String action = event.getAction();
    if (event.getActor() == null || action == null) {
      return;
    }
    Map<String, String> attributes = event.getActor().getAttributes();
    if (attributes != null && DockerLabels.isOurs(node, attributes)) {
      DockerLabels.ref(attributes).ifPresent(ref -> take(ref, action, changes));
    }
  }

  private void take(ContainerRef ref, String action, Consumer<ContainerChange> changes) {
    if (action.equals(START)) {
      known.started(ref);
    } else if (ACTIONS.contains(action)) {
      known.forget(ref);
      changes.accept(new ContainerChange(ref.podUid(), action));
    }
  }
}
