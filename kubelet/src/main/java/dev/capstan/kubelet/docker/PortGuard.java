package dev.capstan.kubelet.docker;

import dev.capstan.kubelet.runtime.AddressRange;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Guards address and MAC of each pod's port: see {@link GuardRules}. The rules stand in the kernel,
 * where a kubelet that is killed leaves them and the next finds them.
 *
 * <p>A node that has no ebtables, or a kubelet that may not use it, runs pods unguarded and says
 * so.
 */
final class PortGuard {

  private static final Logger log = LoggerFactory.getLogger(PortGuard.class);
  private static final Pattern CHAIN = Pattern.compile("Bridge chain: ([^,]+),");
  private static final Pattern PORT = Pattern.compile("(?:.* )?-i (\\S+) .*");

  /** How often it is looked whether the rules still stand, or can be made to. */
  private static final Duration CHECK = Duration.ofMinutes(1);

  private final NetTools tools;
  private final Clock clock;
  private final String chain;
  private final GuardRules rules;
  private final SharedCalls<Boolean> writes = new SharedCalls<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Pod> pods = new LinkedHashMap<>();

  /** The rules of each port, a previous kubelet's among them. Only of the thread that writes. */
  private final Map<String, List<String>> ports = new LinkedHashMap<>();

  /** Whether an earlier kubelet's rules were looked at. Only of the thread that writes. */
  private boolean recovered;

  private volatile boolean hooked;
  private volatile long checkDue;
  private volatile String trouble = "";

  /** A running container. */
  private record Pod(long pid, String address, @Nullable String port) {}

  PortGuard(NetTools tools, Clock clock, String chain, AddressRange range) {
    this.tools = tools;
    this.clock = clock;
    this.checkDue = clock.nanoTime();
    this.chain = chain;
    this.rules = new GuardRules(chain, range);
  }

  /** Why pods are not guarded; empty if they are. */
  String trouble() {
    return trouble;
  }

  /**
   * Begins to guard, before the first container is started; called every few seconds, also looks
   * now and then whether somebody has taken the rules away, and tries again what has failed.
   */
  void prepare() throws InterruptedException {
    if ((!hooked && trouble.isEmpty()) || clock.nanoTime() - checkDue >= 0) {
      checkDue = clock.deadline(CHECK);
      hooked = false;
      write();
    }
  }

  /** A container runs: its port is guarded when this returns. */
  void bind(ContainerRef ref, long pid, String address) throws InterruptedException {
    if (address.isEmpty() || pid == 0) {
      return;
    }
    lock.lock();
    try {
      Pod known = pods.get(ref.name());
      if (known != null && known.pid == pid && known.port != null) {
        return;
      }
      pods.put(ref.name(), new Pod(pid, address, null));
    } finally {
      lock.unlock();
    }
    if (trouble.isEmpty()) {
      write();
    }
  }

  /** Forgets the containers that do not run any more; their ports went with them. */
  void keep(Set<String> running) {
    lock.lock();
    try {
      pods.keySet().retainAll(running);
    } finally {
      lock.unlock();
    }
  }

  private void write() throws InterruptedException {
    try {
      writes.call("write", this::writeOnce);
      if (!trouble.isEmpty()) {
        trouble = "";
        log.info("the addresses of pods are guarded against each other");
      }
    } catch (RuntimeFault e) {
      giveUp(e.words());
    }
  }

  /** Without these rules pods run; with half of them they would have no network. */
  private void giveUp(String words) throws InterruptedException {
    if (trouble.isEmpty()) {
      trouble = "the addresses of pods are not guarded against each other: " + words;
      log.warn("{}", trouble);
      try {
        unhook(chain);
      } catch (RuntimeFault e) {
        log.debug("no rules to take away: {}", e.words());
      }
    }
  }

  /** By one thread at a time. */
  private boolean writeOnce() throws RuntimeFault, InterruptedException {
    if (!recovered) {
      removeStale();
      recover();
    }
    Map<Integer, List<String>> ends = tools.outerEnds();
    List<String> there = ends.values().stream().flatMap(List::stream).toList();
    ports.keySet().retainAll(there);
    forgetLostPorts();
    for (Map.Entry<String, Pod> entry : unbound().entrySet()) {
      Optional<String> port = find(entry.getValue(), ends);
      if (port.isPresent()) {
        ports.put(port.get(), rules.ofPort(port.get(), entry.getValue().address));
        bound(entry.getKey(), entry.getValue(), port.get());
      } else {
        log.debug("{}: its port is not found: it may have ended", entry.getKey());
      }
    }
    tools.run(rules.table(ports.values()), "ebtables-restore", "--noflush");
    recovered = true;
    if (!hooked) {
      hook();
      hooked = true;
    }
    return true;
  }

  /** A container that was taken off the network and put on it again has another port. */
  private void forgetLostPorts() {
    lock.lock();
    try {
      pods.replaceAll((name, pod) ->
          pod.port == null || ports.containsKey(pod.port)
              ? pod
              : new Pod(pod.pid, pod.address, null));
    } finally {
      lock.unlock();
    }
  }

  private Map<String, Pod> unbound() {
    lock.lock();
    try {
      Map<String, Pod> result = new LinkedHashMap<>(pods);
      result.values().removeIf(pod -> pod.port != null);
      return result;
    } finally {
      lock.unlock();
    }
  }

  private void bound(String name, Pod pod, String port) {
    lock.lock();
    try {
      pods.replace(name, pod, new Pod(pod.pid, pod.address, port));
    } finally {
      lock.unlock();
    }
  }

  /** The port whose inner end the container has; none if that is not clear. */
  private static Optional<String> find(Pod pod, Map<Integer, List<String>> ends) {
    List<String> found =
        NetTools.interfacesOf(pod.pid).stream()
            .distinct()
            .flatMap(number -> ends.getOrDefault(number, List.of()).stream())
            .toList();
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  /** Takes over the rules that an earlier kubelet has left: its containers have run on. */
  private void recover() throws InterruptedException {
    String listing;
    try {
      listing = tools.run("", "ebtables", "-t", "nat", "-L", chain);
    } catch (RuntimeFault e) {
      return; // No such chain yet, or no ebtables: that is found out next.
    }
    ports.clear();
    for (String line : listing.split("\n")) {
      Matcher port = PORT.matcher(line);
      if (port.matches()) {
        ports.computeIfAbsent(port.group(1), key -> new ArrayList<>()).add(line.strip());
      }
    }
  }

  /**
   * The engine gives a range to one network. A chain that guards ours under another name was left
   * by a cluster that is gone, and would drop what our pods say.
   */
  private void removeStale() throws InterruptedException {
    String listing;
    try {
      listing = tools.run("", "ebtables", "-t", "nat", "-L");
    } catch (RuntimeFault e) {
      return; // That there is no ebtables is found out next.
    }
    Set<String> stale = new LinkedHashSet<>();
    String current = "";
    for (String line : listing.split("\n")) {
      Matcher begin = CHAIN.matcher(line);
      if (begin.lookingAt()) {
        current = begin.group(1);
      } else if (line.strip().equals(rules.ofStrangers()) && !current.equals(chain)) {
        stale.add(current);
      }
    }
    for (String other : stale) {
      log.info("taking away {}, the guard of a cluster that had this range before", other);
      remove(other);
    }
  }

  private void hook() throws RuntimeFault, InterruptedException {
    String jump = "-j " + chain;
    boolean there =
        tools.run("", "ebtables", "-t", "nat", "-L", "PREROUTING").lines().anyMatch(jump::equals);
    if (!there) {
      tools.run("", "ebtables", "-t", "nat", "-A", "PREROUTING", "-j", chain);
    }
  }

  private void unhook(String which) throws RuntimeFault, InterruptedException {
    tools.run("", "ebtables", "-t", "nat", "-D", "PREROUTING", "-j", which);
  }

  private void remove(String which) throws InterruptedException {
    try {
      unhook(which);
    } catch (RuntimeFault e) {
      log.debug("{} is not in use: {}", which, e.words());
    }
    try {
      tools.run("", "ebtables", "-t", "nat", "-F", which);
      tools.run("", "ebtables", "-t", "nat", "-X", which);
    } catch (RuntimeFault e) {
      log.debug("no rules to take away: {}", e.words());
    }
  }

  /** Takes the rules away. */
  void remove() throws InterruptedException {
    remove(chain);
    hooked = false;
    recovered = false;
    ports.clear();
  }
}
