package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Making and starting containers, so many at once; and removing them, which takes as long. */
final class DockerStarts {

  /** Tens of seconds on a machine that is short of everything. */
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final DockerCalls calls;
  private final DockerSettings settings;
  private final NodeIdentity node;
  private final DockerNetwork network;
  private final DockerLooks looks;
  private final KnownContainers known;
  private final StartGate gate;
  private final MessageFiles messages;

  DockerStarts(
      DockerCalls calls,
      DockerSettings settings,
      NodeIdentity node,
      DockerNetwork network,
      DockerLooks looks,
      KnownContainers known,
      MessageFiles messages) {
    this.calls = calls;
    this.settings = settings;
    this.node = node;
    this.network = network;
    this.looks = looks;
    this.known = known;
    this.messages = messages;
    this.gate = new StartGate(settings.parallelStarts());
  }

  ContainerView create(ContainerSpec spec) throws RuntimeFault, InterruptedException {
    return gate.create(() -> createInNetwork(spec));
  }

  private ContainerView createInNetwork(ContainerSpec spec)
      throws RuntimeFault, InterruptedException {
    network.ensure();
    try {
      return createOnce(spec);
    } catch (RuntimeFault e) {
      if (e.kind() == Kind.FAILED && e.getCause() instanceof NotFoundException) {
        network.prepare(); // Maybe it is the network that was not found.
        return createOnce(spec);
      }
      throw e;
    }
  }

  private ContainerView createOnce(ContainerSpec spec) throws RuntimeFault, InterruptedException {
    KnownContainers.Look look = known.look(spec.ref());
    try {
      String id = calls.call("create", LIMIT, client -> make(client, spec), DockerErrors::creating);
      ContainerView made = DockerViews.made(id, spec);
      known.made(look, made);
      return made;
    } catch (RuntimeFault e) {
      known.forget(spec.ref());
      if (e.kind() != Kind.CONFLICT) {
        throw e;
      }
      // The name is taken: by an earlier call of ours, or by a stranger.
      return looks.ask(spec.ref()).orElseThrow(() -> e);
    }
  }

  private String make(DockerClient client, ContainerSpec spec) {
    Optional<Path> message =
        spec.messagePath().isEmpty() ? Optional.empty() : messages.make(spec.ref());
    return DockerSpecs.create(client, node, settings, network.name(), spec, message.orElse(null))
        .exec()
        .getId();
  }

  void start(ContainerRef ref) throws RuntimeFault, InterruptedException {
    gate.start(() -> startOnce(ref));
  }

  /** False if there was nothing to start. */
  private boolean startOnce(ContainerRef ref) throws RuntimeFault, InterruptedException {
    Optional<ContainerView> found = known.take(ref);
    ContainerView view = found.isPresent() ? found.get() : require(ref);
    if (view.state() != ContainerView.State.CREATED) {
      return false;
    }
    try {
      return calls.call(
          "start", LIMIT, client -> startQuietly(client, view.id()), DockerErrors::starting);
    } catch (RuntimeFault e) {
      if (e.kind() == Kind.UNAVAILABLE && e.getCause() instanceof NotFoundException) {
        // Its network is gone, and it never ran: both are made anew.
        network.prepare();
        remove(view.id());
      }
      throw e;
    }
  }

  private ContainerView require(ContainerRef ref) throws RuntimeFault, InterruptedException {
    return looks
        .ask(ref)
        .orElseThrow(() -> new RuntimeFault(Kind.GONE, "no such container: " + ref.name()));
  }

  private static boolean startQuietly(DockerClient client, String id) {
    try {
      client.startContainerCmd(id).exec();
    } catch (NotModifiedException e) {
      return true; // It runs already.
    }
    return true;
  }

  /** Removes the container of that id, if it is there. */
  void remove(String id) throws RuntimeFault, InterruptedException {
    try {
      calls.call(
          "remove",
          LIMIT,
          client -> client.removeContainerCmd(id).withForce(true).withRemoveVolumes(true).exec());
    } catch (RuntimeFault e) {
      // Conflict: a removal is under way, and the caller looks again.
      if (e.kind() == Kind.CONFLICT) {
        throw new RuntimeFault(Kind.UNAVAILABLE, e.words(), e);
      }
      if (e.kind() != Kind.GONE) {
        throw e;
      }
    }
  }
}
