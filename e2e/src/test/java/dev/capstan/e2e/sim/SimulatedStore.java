package dev.capstan.e2e.sim;

import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import dev.capstan.e2e.sim.scenario.Verb;
import dev.capstan.kvstore.DelegatingKvStore;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The store as the API server sees it over a network: calls get lost, replies get lost, watches lag
 * and end. It tells of every commit that takes effect.
 */
final class SimulatedStore extends DelegatingKvStore {

  private static final String CLIENT = "api-server";
  private static final long LATE_COMMITS_AT_MOST = 8;
  private static final Set<Verb> OF_READS = EnumSet.of(Verb.READ_FAILS, Verb.READ_SLOW);

  private final MemoryKvStore store;
  private final Simulation sim;
  private final World world;
  private final Observer observer;
  private final FaultCounts counts;
  private final Crash crash;
  private final Armed armed = new Armed();
  private final Damages damages;
  private final Set<LaggingWatch> watches = new LinkedHashSet<>();
  private long lagUntil;
  private long late;

  /** Kills the API server. */
  interface Crash {
    void now(Duration down);
  }

  SimulatedStore(
      Simulation sim, World world, Seam seam, Observer observer, FaultCounts counts, Crash crash) {
    this(sim, world, new MemoryKvStore(seam), observer, counts, crash);
  }

  private SimulatedStore(
      Simulation sim,
      World world,
      MemoryKvStore store,
      Observer observer,
      FaultCounts counts,
      Crash crash) {
    super(store);
    this.sim = sim;
    this.world = world;
    this.store = store;
    this.observer = observer;
    this.counts = counts;
    this.crash = crash;
    this.damages = new Damages(store, observer);
  }

  /** Values that cannot be read. */
  Damages damages() {
    return damages;
  }

  private long now() {
    return sim.elapsed().toNanos();
  }

  /** A fault waits for one of the next commits or reads. */
  void arm(Step fault) {
    armed.add(fault);
  }

  /** Watches arrive late. */
  void lag(Duration time) {
    counts.struck(Verb.STORE_WATCH_LAGS, CLIENT);
    lagUntil = Math.max(lagUntil, now() + time.toNanos());
    world.after(time, () -> List.copyOf(watches).forEach(LaggingWatch::deliver));
  }

  /** Watches end since what they need next is gone. */
  void endWatches() {
    counts.struck(Verb.STORE_WATCH_COMPACTED, CLIENT);
    long revision = head();
    for (LaggingWatch watch : List.copyOf(watches)) {
      watch.end(new WatchEnd.Compacted(revision));
    }
  }

  /** All history goes. */
  void compactAll() {
    counts.struck(Verb.STORE_COMPACTED, CLIENT);
    store.compact(head());
  }

  /** No fault waits or works any more. */
  void heal() {
    armed.clear();
    damages.mendAll();
    lagUntil = 0;
    List.copyOf(watches).forEach(LaggingWatch::deliver);
  }

  /** The API server is dead: nobody listens. */
  void forget() {
    List.copyOf(watches).forEach(LaggingWatch::close);
  }

  /** The store's revision, without faults. */
  long head() {
    return store.range(new RangeRequest("/none/", "", 0, 0, true)).revision();
  }

  /** Where the objects of a kind are, without faults. */
  List<StoreKeys.Place> places(Kind kind) {
    StoreKeys keys = new StoreKeys(KindRegistry.builtin());
    return store.range(new RangeRequest(StoreKeys.prefix(kind), "", 0, 0, false)).entries().stream()
        .map(entry -> keys.place(entry.key()))
        .filter(Objects::nonNull)
        .toList();
  }

  private @Nullable Step strike(boolean read) {
    Step fault = armed.strike(step -> OF_READS.contains(step.verb()) == read);
    if (fault != null) {
      counts.struck(fault.verb(), CLIENT);
    }
    return fault;
  }

  @Override
  public CommitResult commit(Group group) {
    Step fault = strike(false);
    if (fault == null) {
      return apply(group);
    }
    StoreException lost = new StoreException.UnknownOutcome("simulated: lost", null);
    switch (fault.verb()) {
      case COMMIT_REFUSED -> throw new StoreException.Unavailable("simulated: refused", null);
      case COMMIT_LOST -> throw lost;
      case COMMIT_REPLY_LOST -> {
        applyUnheard(group);
        throw lost;
      }
      case COMMIT_SLOW -> {
        CommitResult result = apply(group);
        linger(fault, lost);
        return result;
      }
      case COMMIT_LATE -> {
        if (late++ < LATE_COMMITS_AT_MOST) {
          world.after(fault.time(Argument.FOR), () -> applyUnheard(group));
        }
        throw lost;
      }
      case CRASH_IN_COMMIT -> {
        if (fault.text(Argument.MOMENT).equals("after")) {
          applyUnheard(group);
        }
        crash.now(fault.time(Argument.FOR));
        while (true) {
          LockSupport.park(); // The dead server's thread.
        }
      }
      default -> throw new IllegalStateException(fault.toString());
    }
  }

  private void applyUnheard(Group group) {
    try {
      apply(group);
    } catch (StoreException e) {
      // The answer goes nowhere.
    }
  }

  /** Nothing else runs in between: nothing in here waits. */
  private CommitResult apply(Group group) {
    Map<String, Entry> before = new LinkedHashMap<>();
    for (String key : keys(group)) {
      Entry entry = store.get(key).entry();
      if (entry != null) {
        before.put(key, entry);
      }
    }
    CommitResult result = store.commit(group);
    List<Change> changes = new ArrayList<>();
    for (String key : keys(group)) {
      Entry was = before.get(key);
      Entry is = store.get(key).entry();
      if (is != null && is.modRevision() == result.revision() && changed(was, is)) {
        changes.add(new Change.Put(is));
      } else if (is == null && was != null) {
        changes.add(new Change.Delete(key));
      }
    }
    if (!changes.isEmpty()) {
      observer.committed(result.revision(), List.copyOf(changes));
    }
    return result;
  }

  private static boolean changed(@Nullable Entry was, Entry is) {
    return was == null || was.modRevision() != is.modRevision();
  }

  private static Set<String> keys(Group group) {
    Set<String> keys = new LinkedHashSet<>();
    group.members().forEach(member -> member.ops().forEach(op -> keys.add(op.key())));
    Group.Guard guard = group.guard();
    if (guard != null) {
      keys.add(guard.key());
    }
    return keys;
  }

  @Override
  public GetResult get(String key) {
    return read(() -> store.get(key));
  }

  @Override
  public RangeResult range(RangeRequest request) {
    return read(() -> store.range(request));
  }

  /** The answer comes on a thread of its own, as from a network. */
  @Override
  public CompletableFuture<Long> revision() {
    Step fault = strike(true);
    CompletableFuture<Long> promise = new CompletableFuture<>();
    if (fault == null) {
      world.seam().threads().start("store's answer", () -> promise.complete(head()));
    } else if (fault.verb() == Verb.READ_FAILS) {
      promise.completeExceptionally(new StoreException.Unavailable("simulated: no answer", null));
    } else {
      long answer = head();
      world.after(fault.time(Argument.FOR), () -> promise.complete(answer));
    }
    return promise;
  }

  private <R> R read(Supplier<R> question) {
    Step fault = strike(true);
    if (fault == null) {
      return question.get();
    }
    StoreException failure = new StoreException.Unavailable("simulated: no answer", null);
    if (fault.verb() == Verb.READ_FAILS) {
      throw failure;
    }
    R answer = question.get();
    linger(fault, failure);
    return answer;
  }

  /** The answer takes its time; whoever does not wait for it gets {@code otherwise}. */
  private void linger(Step fault, StoreException otherwise) {
    try {
      world.seam().clock().sleep(fault.time(Argument.FOR));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw otherwise;
    }
  }

  @Override
  public Watch watch(String prefix, long afterRevision, WatchListener listener) {
    LaggingWatch watch = new LaggingWatch(listener, () -> now() < lagUntil, watches::remove);
    watches.add(watch);
    watch.follow(store.watch(prefix, afterRevision, watch));
    return watch;
  }
}
