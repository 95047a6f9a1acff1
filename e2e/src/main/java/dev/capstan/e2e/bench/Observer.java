package dev.capstan.e2e.bench;

import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.ServerStream;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Watches pods, Deployments and nodes as any client would, keeps the {@link Ledger}, and tells when
 * something became true. A moment is that of the frame's arrival here, so the watch itself is part
 * of every figure. A watch that breaks is not resumed: it fails the benchmark.
 */
final class Observer implements AutoCloseable {

  /** Something awaited. */
  final class Milestone {
    private final String what;
    private final Predicate<Ledger> reached;
    private long nanos;

    private Milestone(String what, Predicate<Ledger> reached) {
      this.what = what;
      this.reached = reached;
    }

    private void look(long now) {
      if (nanos == 0 && reached.test(ledger)) {
        nanos = now;
      }
    }

    /**
     * Blocks until it has happened.
     *
     * @return when, on the clock's {@code nanoTime}
     * @throws BenchmarkException if it takes longer than {@code limit}
     */
    long await(Duration limit) throws InterruptedException {
      long deadline = seam.clock().deadline(limit);
      lock.lockInterruptibly();
      try {
        while (nanos == 0) {
          if (broken != null) {
            throw new BenchmarkException("the watch broke: " + broken);
          }
          if (seam.clock().nanoTime() - deadline >= 0) {
            throw new BenchmarkException("not within " + limit.toSeconds() + " s: " + what);
          }
          seam.clock().awaitUntil(lock, changed, deadline);
        }
        return nanos;
      } finally {
        lock.unlock();
      }
    }
  }

  private final Seam seam;
  private final ServerStream<WatchFrame> frames;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Ledger ledger = new Ledger();
  private final List<Milestone> open = new ArrayList<>();
  private @Nullable String broken;

  private Observer(Api api, Seam seam) {
    this.seam = seam;
    ResourceWatchRequest.Builder request = ResourceWatchRequest.newBuilder();
    for (String kind : List.of("Node", "Pod", "Deployment")) {
      request.addSelectors(ResourceSelector.newBuilder().setKind(kind));
    }
    this.frames = api.watchAll(request.build());
  }

  /** Starts watching on a thread of its own. */
  static Observer start(Api api, Seam seam) {
    Observer observer = new Observer(api, seam);
    seam.threads().start("observer", observer::watch);
    return observer;
  }

  private void watch() {
    String why = "it was closed";
    try {
      for (WatchFrame frame = frames.next(); frame != null; frame = frames.next()) {
        apply(frame, seam.clock().nanoTime());
      }
    } catch (ApiException e) {
      why = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      why = "interrupted";
    }
    lock.lock();
    try {
      broken = why;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void apply(WatchFrame frame, long now) {
    lock.lock();
    try {
      ledger.apply(frame, now);
      if (frame.getResourceVersion().isEmpty()) {
        return;
      }
      open.forEach(milestone -> milestone.look(now));
      if (open.removeIf(milestone -> milestone.nanos != 0)) {
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Looks out for something from now on. Call it before what makes it happen. */
  Milestone milestone(String what, Predicate<Ledger> reached) {
    lock.lock();
    try {
      Milestone milestone = new Milestone(what, reached);
      milestone.look(seam.clock().nanoTime());
      open.add(milestone);
      return milestone;
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #milestone}, for the pods and the Deployment with one name. */
  Milestone milestone(String what, String app, Predicate<PodGroup> reached) {
    return milestone(app + ": " + what, l -> reached.test(l.group(app)));
  }

  /** Reads something off the ledger, between two revisions. */
  <T> T read(Function<Ledger, T> question) {
    lock.lock();
    try {
      return question.apply(ledger);
    } finally {
      lock.unlock();
    }
  }

  /** Reports whether the invariants held at every revision so far. */
  void check(Run run) {
    List<String> violations = read(Ledger::violations);
    long revisions = read(Ledger::revisions);
    run.check("I2, I3 and I8 hold at every revision", violations.isEmpty(), violations.toString());
    run.check("revisions were looked at", revisions > 0, "none");
  }

  /** Ends the watch. */
  @Override
  public void close() {
    frames.close();
  }
}
