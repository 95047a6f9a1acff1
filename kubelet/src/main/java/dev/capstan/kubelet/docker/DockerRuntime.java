package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.Container;
import dev.capstan.kubelet.runtime.ContainerChange;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.ContainerSpec;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.ContainerView;
import dev.capstan.kubelet.runtime.EngineInfo;
import dev.capstan.kubelet.runtime.ExecResult;
import dev.capstan.kubelet.runtime.LogQuery;
import dev.capstan.kubelet.runtime.LogSink;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import dev.capstan.kubelet.runtime.Signal;
import dev.capstan.seam.Clock;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The container runtime on Docker 20.10 and newer. */
public final class DockerRuntime implements ContainerRuntime {

  private static final Duration QUICK = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(20);

  /** Creating and starting take tens of seconds on a machine that is short of everything. */
  private static final Duration WORK = Duration.ofSeconds(90);

  private static final int CLEAN_UPS = 10;
  private static final Duration BETWEEN_CLEAN_UPS = Duration.ofMillis(500);

  private final Clock clock;
  private final DockerCalls calls;
  private final DockerSettings settings;
  private final NodeIdentity node;
  private final DockerNetwork network;
  private final DockerImages images;
  private final DockerExec exec;
  private final DockerLogs logs;
  private final DockerEvents events;

  private final StartGate starts;
  private volatile boolean prepared;

  public DockerRuntime(DockerSettings settings, NodeIdentity node, Seam seam) {
    this.clock = seam.clock();
    this.calls = new DockerCalls(settings.host(), seam);
    this.settings = settings;
    this.node = node;
    this.network = new DockerNetwork(calls, node, settings.podCidr());
    this.images = new DockerImages(calls);
    this.exec = new DockerExec(calls, seam);
    this.logs = new DockerLogs(calls);
    this.events = new DockerEvents(calls, node);
    this.starts = new StartGate(settings.parallelStarts());
  }

  @Override
  public EngineInfo info() throws RuntimeFault, InterruptedException {
    try {
      calls.call("ping", QUICK, client -> client.pingCmd().exec());
      return calls.engine();
    } catch (RuntimeFault e) {
      calls.reset();
      throw e;
    }
  }

  @Override
  public void prepare() throws RuntimeFault, InterruptedException {
    prepared = false;
    network.prepare();
    prepared = true;
  }

  @Override
  public List<ContainerSummary> list() throws RuntimeFault, InterruptedException {
    List<Container> containers =
        calls.call(
            "list",
            LOOK,
            client ->
                client
                    .listContainersCmd()
                    .withShowAll(true)
                    .withLabelFilter(Map.of(DockerLabels.CLUSTER, node.clusterId()))
                    .exec());
    return containers.stream()
        .map(container -> DockerViews.summary(node, container))
        .flatMap(Optional::stream)
        .toList();
  }

  @Override
  public Optional<ContainerView> inspect(ContainerRef ref)
      throws RuntimeFault, InterruptedException {
    return calls.call("inspect", LOOK, client -> inspect(client, ref));
  }

  private Optional<ContainerView> inspect(DockerClient client, ContainerRef ref) {
    try {
      return DockerViews.view(node, client.inspectContainerCmd(ref.name()).exec());
    } catch (NotFoundException e) {
      return Optional.empty();
    }
  }

  /**
   * The engine's id of our container of that name; every change goes by id, so that it cannot hit a
   * foreign one.
   */
  private Optional<String> id(ContainerRef ref) throws RuntimeFault, InterruptedException {
    return inspect(ref).map(ContainerView::id);
  }

  @Override
  public boolean hasImage(String image) throws RuntimeFault, InterruptedException {
    return images.has(image);
  }

  @Override
  public void pull(String image) throws RuntimeFault, InterruptedException {
    images.pull(image);
  }

  @Override
  public ContainerView create(ContainerSpec spec) throws RuntimeFault, InterruptedException {
    return starts.pass(() -> createPrepared(spec));
  }

  private ContainerView createPrepared(ContainerSpec spec)
      throws RuntimeFault, InterruptedException {
    if (!prepared) {
      prepare();
    }
    try {
      return createOnce(spec);
    } catch (RuntimeFault e) {
      if (e.kind() == Kind.UNAVAILABLE && e.getCause() instanceof NotFoundException) {
        prepare();
        return createOnce(spec);
      }
      throw e;
    }
  }

  private ContainerView createOnce(ContainerSpec spec) throws RuntimeFault, InterruptedException {
    try {
      calls.call(
          "create",
          WORK,
          client -> DockerSpecs.create(client, node, settings, network.name(), spec).exec(),
          DockerErrors::creating);
    } catch (RuntimeFault e) {
      if (e.kind() != Kind.CONFLICT) {
        throw e;
      }
      // The name is taken: by an earlier call of ours, or by a stranger.
      return inspect(spec.ref()).orElseThrow(() -> e);
    }
    return inspect(spec.ref())
        .orElseThrow(
            () -> new RuntimeFault(Kind.UNAVAILABLE, "the new container vanished at once"));
  }

  @Override
  public void start(ContainerRef ref) throws RuntimeFault, InterruptedException {
    starts.pass(() -> startOnce(ref));
  }

  /** False if there was nothing to start. */
  private boolean startOnce(ContainerRef ref) throws RuntimeFault, InterruptedException {
    ContainerView view =
        inspect(ref)
            .orElseThrow(() -> new RuntimeFault(Kind.GONE, "no such container: " + ref.name()));
    if (view.state() != ContainerView.State.CREATED) {
      return false;
    }
    try {
      return calls.call(
          "start", WORK, client -> startQuietly(client, view.id()), DockerErrors::starting);
    } catch (RuntimeFault e) {
      if (e.kind() == Kind.UNAVAILABLE && e.getCause() instanceof NotFoundException) {
        // Its network is gone, and it never ran: both are made anew.
        prepare();
        remove(ref);
      }
      throw e;
    }
  }

  private static boolean startQuietly(DockerClient client, String id) {
    try {
      client.startContainerCmd(id).exec();
    } catch (NotModifiedException e) {
      return true; // It runs already.
    }
    return true;
  }

  @Override
  public boolean signal(ContainerRef ref, Signal signal) throws RuntimeFault, InterruptedException {
    Optional<String> id = id(ref);
    if (id.isEmpty()) {
      return false;
    }
    try {
      return calls.call("kill", LOOK, client -> kill(client, id.get(), signal));
    } catch (RuntimeFault e) {
      if (e.kind() == Kind.GONE || e.kind() == Kind.CONFLICT) {
        return false;
      }
      throw e;
    }
  }

  private static boolean kill(DockerClient client, String id, Signal signal) {
    String name = signal == Signal.KILL ? "SIGKILL" : stopSignal(client, id);
    client.killContainerCmd(id).withSignal(name).exec();
    return true;
  }

  private static String stopSignal(DockerClient client, String id) {
    // docker-java has no accessor for it.
    Map<String, Object> config = client.inspectContainerCmd(id).exec().getConfig().getRawValues();
    return config.get("StopSignal") instanceof String signal && !signal.isEmpty()
        ? signal
        : "SIGTERM";
  }

  @Override
  public void remove(ContainerRef ref) throws RuntimeFault, InterruptedException {
    Optional<String> id = id(ref);
    if (id.isPresent()) {
      removeById(id.get());
    }
  }

  private void removeById(String id) throws RuntimeFault, InterruptedException {
    try {
      calls.call(
          "remove",
          WORK,
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

  @Override
  public void restoreName(String id, ContainerRef ref) throws RuntimeFault, InterruptedException {
    calls.call("rename", LOOK, client -> client.renameContainerCmd(id).withName(ref.name()).exec());
  }

  @Override
  public ExecResult exec(ContainerRef ref, List<String> command, Duration timeout)
      throws RuntimeFault, InterruptedException {
    return exec.run(require(ref), command, timeout);
  }

  @Override
  public void logs(ContainerRef ref, LogQuery query, LogSink sink)
      throws RuntimeFault, InterruptedException {
    logs.read(require(ref), query, sink);
  }

  private String require(ContainerRef ref) throws RuntimeFault, InterruptedException {
    return id(ref)
        .orElseThrow(() -> new RuntimeFault(Kind.GONE, "no such container: " + ref.name()));
  }

  @Override
  public void watch(Runnable connected, Consumer<ContainerChange> changes)
      throws RuntimeFault, InterruptedException {
    events.watch(connected, changes);
  }

  @Override
  public void cleanUp() throws RuntimeFault, InterruptedException {
    prepared = false;
    for (int left = CLEAN_UPS - 1; !cleanUpOnce(left == 0); left--) {
      clock.sleep(BETWEEN_CLEAN_UPS);
    }
  }

  /**
   * A start that a killed kubelet has asked for goes on at the engine: it may take its place in the
   * network after all containers were listed.
   *
   * @return whether nothing is left
   * @throws RuntimeFault that something is left, if this was the last try
   */
  private boolean cleanUpOnce(boolean last) throws RuntimeFault, InterruptedException {
    for (ContainerSummary container : list()) {
      removeById(container.id());
    }
    try {
      network.remove();
      return true;
    } catch (RuntimeFault e) {
      if (last) {
        throw e;
      }
      return false;
    }
  }

  @Override
  public void close() {
    calls.close();
  }
}
