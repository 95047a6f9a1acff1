package dev.capstan.kubelet;

import dev.capstan.kubelet.node.HostFacts;
import dev.capstan.kubelet.node.NodeHealth;
import dev.capstan.kubelet.node.NodeProfile;
import dev.capstan.kubelet.pod.PodManager;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.session.SessionAnnouncer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node of this process: its engine, its pods, its sessions. */
final class NodeKubelet implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(NodeKubelet.class);

  private final NodeProfile profile;
  private final ContainerRuntime runtime;
  private final PodManager pods;
  private final @Nullable SessionAnnouncer sessions;
  private final @Nullable Path data;
  private final Consumer<String> warnings;
  private final Set<String> told = new LinkedHashSet<>();
  private String engine = "";
  private boolean inTrouble;
  private volatile boolean healthy;

  /**
   * A node.
   *
   * @param data folder whose disk is watched; null for a simulated node
   * @param warnings told once of each thing that the runtime cannot do here
   */
  NodeKubelet(
      NodeProfile profile,
      ContainerRuntime runtime,
      PodManager pods,
      @Nullable SessionAnnouncer sessions,
      @Nullable Path data,
      Consumer<String> warnings) {
    this.profile = profile;
    this.runtime = runtime;
    this.pods = pods;
    this.sessions = sessions;
    this.data = data;
    this.warnings = warnings;
  }

  String name() {
    return profile.name();
  }

  PodManager pods() {
    return pods;
  }

  boolean healthy() {
    return healthy;
  }

  /** How the node is now: asks the engine, and the machine. */
  NodeHealth examine() throws InterruptedException {
    String trouble = "";
    try {
      engine = runtime.info().containerRuntimeVersion();
      runtime.prepare();
      runtime.shortcomings().stream().filter(told::add).forEach(warnings);
    } catch (RuntimeFault e) {
      trouble = e.words();
    }
    healthy = trouble.isEmpty();
    tell(trouble);
    return data == null
        ? NodeHealth.good(engine)
        : new NodeHealth(engine, trouble, HostFacts.diskPressure(data), HostFacts.memoryPressure());
  }

  /** Says it once: what the engine says of the same trouble may differ from time to time. */
  private void tell(String trouble) {
    if (inTrouble == trouble.isEmpty()) {
      inTrouble = !inTrouble;
      if (inTrouble) {
        log.warn("node {}: the engine cannot be used: {}", name(), trouble);
      } else {
        log.info("node {}: the engine can be used again", name());
      }
    }
  }

  @Override
  public void close() {
    pods.close();
    if (sessions != null) {
      sessions.close();
    }
    runtime.close();
  }
}
