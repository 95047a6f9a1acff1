package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.DockerClient;
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
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The container runtime on Docker 20.10 and newer. */
public final class DockerRuntime implements ContainerRuntime {

  private static final Duration QUICK = Duration.ofSeconds(10);

  private static final int CLEAN_UPS = 10;
  private static final Duration BETWEEN_CLEAN_UPS = Duration.ofMillis(500);

  private final Clock clock;
  private final DockerCalls calls;
  private final DockerNetwork network;
  private final KnownContainers known;
  private final MessageFiles messages;
  private final PortGuard guard;
  private final DockerLooks looks;
  private final DockerStarts starts;
  private final DockerImages images;
  private final DockerExec exec;
  private final DockerLogs logs;
  private final DockerEvents events;

  public DockerRuntime(DockerSettings settings, NodeIdentity node, Seam seam) {
    this.clock = seam.clock();
    this.calls = new DockerCalls(settings.host(), seam);
    this.network = new DockerNetwork(calls, node, settings.podCidr());
    this.known = new KnownContainers(seam.clock());
    this.messages = new MessageFiles(settings.messages());
    this.guard = network.guard(new NetTools(seam), seam.clock());
    this.looks = new DockerLooks(calls, node, known, messages, guard);
    this.starts = new DockerStarts(calls, settings, node, network, looks, known, messages);
    this.images = new DockerImages(calls);
    this.exec = new DockerExec(calls, seam);
    this.logs = new DockerLogs(calls, seam);
    this.events = new DockerEvents(calls, node, known);
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
    network.prepare();
    guard.prepare();
  }

  @Override
  public List<String> shortcomings() {
    return guard.trouble().isEmpty() ? List.of() : List.of(guard.trouble());
  }

  @Override
  public List<ContainerSummary> list() throws RuntimeFault, InterruptedException {
    return looks.list();
  }

  @Override
  public Optional<ContainerView> inspect(ContainerRef ref)
      throws RuntimeFault, InterruptedException {
    return looks.inspect(ref);
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
    return starts.create(spec);
  }

  @Override
  public void start(ContainerRef ref) throws RuntimeFault, InterruptedException {
    starts.start(ref);
  }

  @Override
  public boolean signal(ContainerRef ref, Signal signal) throws RuntimeFault, InterruptedException {
    Optional<String> id = looks.id(ref);
    if (id.isEmpty()) {
      return false;
    }
    try {
      return calls.call("kill", DockerLooks.LIMIT, client -> kill(client, id.get(), signal));
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
    Optional<String> id = looks.id(ref);
    if (id.isPresent()) {
      starts.remove(id.get());
    }
    messages.remove(ref);
  }

  @Override
  public byte[] message(ContainerRef ref) throws RuntimeFault {
    try {
      return messages.read(ref);
    } catch (IOException e) {
      throw new RuntimeFault(Kind.FAILED, e.toString(), e);
    }
  }

  @Override
  public void restoreName(String id, ContainerRef ref) throws RuntimeFault, InterruptedException {
    known.forget(ref);
    calls.call(
        "rename",
        DockerLooks.LIMIT,
        client -> client.renameContainerCmd(id).withName(ref.name()).exec());
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
    return looks
        .id(ref)
        .orElseThrow(() -> new RuntimeFault(Kind.GONE, "no such container: " + ref.name()));
  }

  @Override
  public void watch(Runnable connected, Consumer<ContainerChange> changes)
      throws RuntimeFault, InterruptedException {
    events.watch(connected, changes);
  }

  @Override
  public void cleanUp() throws RuntimeFault, InterruptedException {
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
      starts.remove(container.id());
      messages.remove(container.ref());
    }
    try {
      network.remove();
      guard.remove();
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
