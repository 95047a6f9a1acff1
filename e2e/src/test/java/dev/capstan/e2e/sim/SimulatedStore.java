package dev.capstan.e2e.sim;

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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The store as the API server sees it over a network: calls get lost, replies get lost, watches lag
 * and end. It tells of every commit that takes effect.
 */
final class SimulatedStore extends DelegatingKvStore {

  private static final String CLIENT = "api-server";
  private static final long LATE_COMMITS_AT_MOST = 8;

  private final MemoryKvStore store;
  private final Simulation sim;
  private final World world;
  private final Observer observer;
  private final FaultCounts counts;
  private final Crash crash;
  private final Armed armed = new Armed();
  private final Set<Following> watches = new LinkedHashSet<>();
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
    world.after(time, () -> List.copyOf(watches).forEach(Following::deliver));
  }

  /** Watches end since what they need next is gone. */
  void endWatches() {
    counts.struck(Verb.STORE_WATCH_COMPACTED, CLIENT);
    long revision = revision();
    for (Following watch : List.copyOf(watches)) {
      watch.end(new WatchEnd.Compacted(revision));
    }
  }

  /** All history goes. */
  void compactAll() {
    counts.struck(Verb.STORE_COMPACTED, CLIENT);
    store.compact(revision());
  }

  /** No fault waits or works any more. */
  void heal() {
    armed.clear();
    lagUntil = 0;
    List.copyOf(watches).forEach(Following::deliver);
  }

  /** The API server is dead: nobody listens. */
  void forget() {
    List.copyOf(watches).forEach(Following::close);
  }

  long revision() {
    return store.range(new RangeRequest("/none/", "", 0, 0, true)).revision();
  }

  private @Nullable Step strike(boolean read) {
    Step fault = armed.strike(step -> (step.verb() == Verb.READ_FAILS) == read);
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
        changes.add(new Change.Put(is, was));
      } else if (is == null && was != null) {
        changes.add(new Change.Delete(key, was));
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
    failRead();
    return store.get(key);
  }

  @Override
  public RangeResult range(RangeRequest request) {
    failRead();
    return store.range(request);
  }

  private void failRead() {
    if (strike(true) != null) {
      throw new StoreException.Unavailable("simulated: no answer", null);
    }
  }

  @Override
  public Watch watch(String prefix, long afterRevision, WatchListener listener) {
    Following watch = new Following(listener);
    watches.add(watch);
    watch.inner = store.watch(prefix, afterRevision, watch);
    return watch;
  }

  /** A watch between the store and the API server. */
  private final class Following implements Watch, WatchListener {
    private final WatchListener listener;
    private final List<Runnable> mail = new ArrayList<>();
    private @Nullable Watch inner;
    private boolean over;

    Following(WatchListener listener) {
      this.listener = listener;
    }

    void deliver() {
      while (!mail.isEmpty() && !over && now() >= lagUntil) {
        mail.removeFirst().run();
      }
    }

    private void post(Runnable letter) {
      if (!over) {
        mail.add(letter);
        deliver();
      }
    }

    void end(WatchEnd how) {
      if (!over) {
        over = true;
        watches.remove(this);
        listener.onEnd(how);
        if (inner != null) {
          inner.close();
        }
      }
    }

    @Override
    public void onRevision(long revision, List<Change> changes) {
      post(() -> listener.onRevision(revision, changes));
    }

    @Override
    public void onProgress(long revision) {
      post(() -> listener.onProgress(revision));
    }

    @Override
    public void onEnd(WatchEnd how) {
      post(() -> {
        watches.remove(this);
        over = true;
        listener.onEnd(how);
      });
    }

    @Override
    public void requestProgress() {
      if (inner != null && !over) {
        inner.requestProgress();
      }
    }

    @Override
    public void close() {
      end(new WatchEnd.Closed());
    }
  }
}
