package dev.capstan.client.control;

import com.google.protobuf.Message;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Backoff;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Change;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.cache.Subscription;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Reconciler}: changes become keys, keys go to workers.
 *
 * <p>Read your own writes: after a write at version R its key is kept back until the caches have
 * reached R, without blocking a worker; after a write of unknown outcome R is a fresh consistent
 * version of the store.
 *
 * <pre>{@code
 * ControllerRunner.of("replicaset", informers, api, reconciler)
 *     .on(ObjectType.REPLICA_SET, change -> List.of(change.key()))
 *     .on(ObjectType.POD, change -> ownersOf(change))
 *     .workers(8)
 *     .build()
 *     .run(); // until interrupted
 * }</pre>
 *
 * @param <K> names a unit of work
 */
public final class ControllerRunner<K> {

  /** Says what to run. */
  public static final class Builder<K> {
    private final String name;
    private final InformerSet informers;
    private final Api api;
    private final Reconciler<K> reconciler;
    private final List<Function<WorkQueue<K>, Subscription>> sources = new ArrayList<>();
    private int workers = 4;
    private Backoff backoff = Backoff.PER_KEY;
    private RunnerListener listener = RunnerListener.NONE;

    private Builder(String name, InformerSet informers, Api api, Reconciler<K> reconciler) {
      this.name = name;
      this.informers = informers;
      this.api = api;
      this.reconciler = reconciler;
    }

    /** Changes of this kind become these keys. The function must not block. */
    public <T extends Message> Builder<K> on(
        ObjectType<T> type, Function<Change<T>, ? extends Collection<K>> keys) {
      sources.add(
          queue -> informers.onChange(type, change -> keys.apply(change).forEach(queue::add)));
      return this;
    }

    /**
     * As {@link #on(ObjectType, Function)}, but a key comes only after a pause, in which further
     * changes of this kind add nothing to it: for work that looks at much and is told of little.
     */
    public <T extends Message> Builder<K> on(
        ObjectType<T> type,
        Function<Change<T>, ? extends Collection<K>> keys,
        BiFunction<Change<T>, K, Duration> pause) {
      sources.add(queue ->
          informers.onChange(
              type,
              change ->
                  keys.apply(change)
                      .forEach(key -> queue.addAfter(key, pause.apply(change, key)))));
      return this;
    }

    /** Most keys at once; default 4. */
    public Builder<K> workers(int count) {
      workers = count;
      return this;
    }

    /** Between failures of a key; default {@link Backoff#PER_KEY}. */
    public Builder<K> backoff(Backoff other) {
      backoff = other;
      return this;
    }

    /** Who hears of every reconcile. */
    public Builder<K> listener(RunnerListener other) {
      listener = other;
      return this;
    }

    /** Not running yet. */
    public ControllerRunner<K> build() {
      return new ControllerRunner<>(this);
    }
  }

  /** Starts saying what to run. The informers are started by the caller. */
  public static <K> Builder<K> of(
      String name, InformerSet informers, Api api, Reconciler<K> reconciler) {
    return new Builder<>(name, informers, api, reconciler);
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final String name;
  private final InformerSet informers;
  private final Seam seam;
  private final List<Function<WorkQueue<K>, Subscription>> sources;
  private final int workers;
  private final WorkQueue<K> queue;
  private final Supplier<Worker<K>> worker;
  private @Nullable RuntimeException failure;

  private ControllerRunner(Builder<K> builder) {
    this.name = builder.name;
    this.informers = builder.informers;
    this.seam = builder.api.connection().seam();
    this.sources = List.copyOf(builder.sources);
    this.workers = builder.workers;
    this.queue = new WorkQueue<>(seam, builder.backoff);
    Settlement<K> settlement = new Settlement<>(name, queue, informers, builder.api);
    AtomicLong count = new AtomicLong();
    this.worker =
        () ->
            new Worker<>(
                name,
                queue,
                informers,
                builder.api,
                builder.reconciler,
                settlement,
                builder.listener,
                count);
  }

  /** The keys, for those that are not told by a change: a timer, a test. */
  public WorkQueue<K> queue() {
    return queue;
  }

  /**
   * Works until interrupted; waits for the caches first. When it returns no worker runs any more.
   * Once.
   *
   * @throws ApiException.Fenced if a write was refused because the caller is no longer the leader
   */
  public void run() throws InterruptedException {
    List<Subscription> subscriptions = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    try {
      subscriptions.add(informers.onVersion(queue::reached));
      sources.forEach(source -> subscriptions.add(source.apply(queue)));
      informers.awaitSynced();
      queue.reached(informers.snapshot().version());
      for (int i = 0; i < workers; i++) {
        threads.add(seam.threads().start(name + "-" + i, this::work));
      }
      awaitFailure();
    } finally {
      subscriptions.forEach(Subscription::close);
      queue.shutDown();
      threads.forEach(Thread::interrupt);
      joinAll(threads);
    }
  }

  private void work() {
    try {
      worker.get().run();
    } catch (InterruptedException e) {
      return; // How workers are ended.
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void fail(RuntimeException e) {
    lock.lock();
    try {
      if (failure == null) {
        failure = e;
      }
      ended.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void awaitFailure() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (failure == null) {
        ended.await();
      }
      throw failure;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for all threads, even if interrupted meanwhile: no worker outlives its runner. */
  private static void joinAll(List<Thread> threads) {
    boolean interrupted = false;
    for (int i = 0; i < threads.size(); ) {
      try {
        threads.get(i).join();
        i++;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
