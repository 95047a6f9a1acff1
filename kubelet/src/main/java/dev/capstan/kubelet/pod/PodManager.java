package dev.capstan.kubelet.pod;

import dev.capstan.api.v1.Pod;
import dev.capstan.kubelet.runtime.ContainerRef;
import dev.capstan.kubelet.runtime.ContainerSummary;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pods of one node: starts a thread for each, and tells it what happens in the API and on the
 * engine.
 */
public final class PodManager implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PodManager.class);

  /** How often everything is listed, should the engine's events be lost. */
  private static final Duration RELIST = Duration.ofSeconds(10);

  /** An engine that was away is found again soon after it is back. */
  private static final Retries RECONNECTS =
      new Retries(Duration.ofMillis(250), Duration.ofSeconds(1));

  private final PodEnvironment env;
  private final Seam seam;
  private final OrphanReaper orphans;
  private final EngineOutages outages;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Entry> pods = new LinkedHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private Map<String, String> lastSeen = new LinkedHashMap<>();
  private final AtomicLong connections = new AtomicLong();
  private volatile boolean engineSeen;
  private volatile String toldOfEvents = "";
  private volatile int running;
  private boolean closed;

  private static final class Entry {
    final PodInbox inbox;
    @Nullable Thread thread;
    boolean finished;

    Entry(PodInbox inbox) {
      this.inbox = inbox;
    }
  }

  public PodManager(PodEnvironment env) {
    this.env = env;
    this.seam = env.seam();
    this.orphans = new OrphanReaper(env, this::hasPod);
    this.outages = new EngineOutages(env.seam().clock());
  }

  /** Starts listening to the engine. Pods may be observed before. */
  public void start() {
    threads.add(Threads.start(seam, "engine-events", this::listen));
    threads.add(Threads.start(seam, "engine-relist", this::relist));
  }

  /** A pod of this node is in the API, or has changed there. Does not block. */
  public void observe(Pod pod) {
    if (pod.getSpec().getContainersCount() == 0) {
      return; // The API server does not let such pods in.
    }
    lock.lock();
    try {
      Entry entry = pods.get(pod.getMetadata().getUid());
      if (closed || (entry != null && entry.finished)) {
        return; // What the cache still tells of one that is finished would be kept for ever.
      }
      env.statuses().observe(pod);
      if (entry == null) {
        begin(pod);
      } else {
        entry.inbox.offer(pod);
      }
    } finally {
      lock.unlock();
    }
  }

  private void begin(Pod pod) {
    String uid = pod.getMetadata().getUid();
    PodInbox inbox = new PodInbox(pod, seam);
    Entry entry = new Entry(inbox);
    pods.put(uid, entry);
    PodWorker worker = new PodWorker(env, inbox, outages, () -> finished(uid));
    entry.thread = Threads.start(seam, "pod-" + pod.getMetadata().getName(), worker);
  }

  /** A pod has vanished from the API, as far as the cache knows. Does not block. */
  public void vanished(String uid) {
    lock.lock();
    try {
      Entry entry = pods.get(uid);
      if (entry == null) {
        return;
      }
      if (entry.finished) {
        pods.remove(uid);
      } else {
        entry.inbox.gone();
      }
    } finally {
      lock.unlock();
    }
  }

  private void finished(String uid) {
    lock.lock();
    try {
      // Together with what follows: observed in between it would be kept for ever.
      env.statuses().forget(uid);
      Entry entry = pods.get(uid);
      if (entry == null || entry.inbox.isGone()) {
        pods.remove(uid);
      } else {
        // Kept until the cache knows too: a late event must not bring the pod back.
        entry.finished = true;
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean hasPod(String uid) {
    lock.lock();
    try {
      Entry entry = pods.get(uid);
      return entry != null && !entry.finished;
    } finally {
      lock.unlock();
    }
  }

  /** The pod of that uid, if this node has it. */
  public Optional<Pod> pod(String uid) {
    lock.lock();
    try {
      return Optional.ofNullable(pods.get(uid)).map(entry -> entry.inbox.pod());
    } finally {
      lock.unlock();
    }
  }

  /** The containers of a pod, oldest attempt first. */
  public List<ContainerRef> containers(String podUid) throws RuntimeFault, InterruptedException {
    return env.runtime().list().stream()
        .map(ContainerSummary::ref)
        .filter(ref -> ref.podUid().equals(podUid))
        .sorted(Comparator.comparingInt(ContainerRef::attempt))
        .toList();
  }

  /** True once the engine's containers have been listed. */
  public boolean engineSeen() {
    return engineSeen;
  }

  /** Running containers at the last look. */
  public int running() {
    return running;
  }

  /** Pods that are not finished. */
  public int count() {
    lock.lock();
    try {
      return (int) pods.values().stream().filter(entry -> !entry.finished).count();
    } finally {
      lock.unlock();
    }
  }

  private void listen() {
    Streak broken = new Streak(Retries.SHORT, seam.clock());
    Streak away = new Streak(RECONNECTS, seam.clock());
    try {
      while (true) {
        long before = connections.get();
        try {
          env.runtime().watch(this::engineBack, change -> poke(change.podUid()));
        } catch (RuntimeFault e) {
          toldOfEvents = tell("engine events: ", e, toldOfEvents);
        }
        outages.lost();
        // A stream that opens, and soon breaks, wakes every pod each time.
        seam.clock().sleep(connections.get() > before ? broken.next() : away.next());
      }
    } catch (InterruptedException e) {
      return; // The kubelet stops.
    }
  }

  /** Once, as long as it is the same; returns what was told. */
  private static String tell(String what, RuntimeFault fault, String before) {
    String words = what + fault.words();
    if (!words.equals(before)) {
      log.warn("{}", words);
    }
    return words;
  }

  private void poke(String uid) {
    lock.lock();
    try {
      Entry entry = pods.get(uid);
      if (entry != null) {
        entry.inbox.poke();
      }
    } finally {
      lock.unlock();
    }
  }

  /** After events were missed everybody looks for himself. */
  private void engineBack() {
    outages.back();
    toldOfEvents = "";
    lock.lock();
    try {
      connections.incrementAndGet();
      pods.values().forEach(entry -> entry.inbox.engineBack());
    } finally {
      lock.unlock();
    }
  }

  private void relist() {
    String told = "";
    try {
      while (true) {
        try {
          look();
          told = "";
        } catch (RuntimeFault e) {
          told = tell("engine: ", e, told);
        }
        seam.clock().sleep(RELIST);
      }
    } catch (InterruptedException e) {
      return; // The kubelet stops.
    }
  }

  /**
   * Lists first and looks at the pods second: a pod that comes in between is not taken for gone.
   */
  private void look() throws RuntimeFault, InterruptedException {
    List<ContainerSummary> containers = env.runtime().list();
    engineSeen = true;
    running = (int) containers.stream().filter(ContainerSummary::running).count();
    Map<String, String> seen = new LinkedHashMap<>();
    for (ContainerSummary c : containers) {
      seen.merge(c.ref().podUid(), c.id() + c.running() + c.renamed(), String::concat);
    }
    Map<String, String> before = lastSeen;
    lastSeen = seen;
    before.forEach((uid, was) -> {
      if (!was.equals(seen.get(uid))) {
        poke(uid);
      }
    });
    orphans.look(containers);
  }

  /** Stops the threads; the containers run on. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      threads.forEach(Thread::interrupt);
      for (Entry entry : pods.values()) {
        if (entry.thread != null) {
          entry.thread.interrupt();
        }
      }
    } finally {
      lock.unlock();
    }
    orphans.close();
  }
}
