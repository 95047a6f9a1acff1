package dev.capstan.kubelet;

import dev.capstan.kubelet.node.HostFacts;
import dev.capstan.kubelet.node.NodeHealth;
import dev.capstan.kubelet.node.NodeProfile;
import dev.capstan.kubelet.node.NodeState;
import dev.capstan.kubelet.pod.PodManager;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.session.SessionAnnouncer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node of this process: its engine, its pods, its sessions. */
final class NodeKubelet implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(NodeKubelet.class);

  private final NodePlan plan;
  private final NodeIdentity identity;
  private final ContainerRuntime runtime;
  private final PodManager pods;
  private final SessionAnnouncer sessions;
  private final Consumer<String> warnings;
  private final Set<String> told = new LinkedHashSet<>();
  private String engine = "";
  private boolean inTrouble;
  private volatile String trouble = "the engine was not asked yet";

  /**
   * A node.
   *
   * @param warnings told once of each thing that the runtime cannot do here
   */
  NodeKubelet(
      NodePlan plan,
      NodeIdentity identity,
      ContainerRuntime runtime,
      PodManager pods,
      SessionAnnouncer sessions,
      Consumer<String> warnings) {
    this.plan = plan;
    this.identity = identity;
    this.runtime = runtime;
    this.pods = pods;
    this.sessions = sessions;
    this.warnings = warnings;
  }

  NodeProfile profile() {
    return plan.profile();
  }

  String name() {
    return profile().name();
  }

  /** Whether its Node object has that uid, as far as it knows. */
  boolean isKnownAs(String uid) {
    return identity.nodeUid().equals(uid);
  }

  /** Its Node object has this uid from now on. */
  void becomes(String uid) {
    try {
      NodeState state = plan.memory().read().registered(identity.clusterId(), name(), uid);
      plan.memory().write(state);
      identity.renew(state.nodeUids());
    } catch (IOException e) {
      log.warn("node {}: its new uid is not remembered: {}", name(), e.toString());
      identity.renew(Stream.concat(Stream.of(uid), identity.nodeUids().stream()).toList());
    }
  }

  PodManager pods() {
    return pods;
  }

  /** What offers its pods' logs to the API server. */
  Runnable sessions() {
    return sessions;
  }

  /** Why its engine cannot be used; empty if it can. */
  String trouble() {
    return trouble;
  }

  /** How the node is now: asks the engine, and the machine. */
  NodeHealth examine() throws InterruptedException {
    String words = "";
    try {
      engine = runtime.info().containerRuntimeVersion();
      runtime.prepare();
      runtime.shortcomings().stream().filter(told::add).forEach(warnings);
    } catch (RuntimeFault e) {
      words = e.words();
    }
    trouble = words;
    tell(words);
    Path data = plan.data();
    return data == null
        ? NodeHealth.good(engine)
        : new NodeHealth(engine, words, HostFacts.diskPressure(data), HostFacts.memoryPressure());
  }

  /** Says it once: what the engine says of the same trouble may differ from time to time. */
  private void tell(String words) {
    if (inTrouble == words.isEmpty()) {
      inTrouble = !inTrouble;
      if (inTrouble) {
        log.warn("node {}: the engine cannot be used: {}", name(), words);
      } else {
        log.info("node {}: the engine can be used again", name());
      }
    }
  }

  @Override
  public void close() {
    pods.close();
    sessions.close();
    runtime.close();
  }
}
