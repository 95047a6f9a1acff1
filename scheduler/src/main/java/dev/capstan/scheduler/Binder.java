package dev.capstan.scheduler;

import dev.capstan.api.v1.BindRequest;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Backoff;
import dev.capstan.client.Batch;
import dev.capstan.scheduler.core.Decision.Bind;
import dev.capstan.scheduler.core.PodRef;
import dev.capstan.seam.Seam;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out decisions to bind, in batches, a few at a time. A binding whose outcome is unknown is
 * asked for again until the answer is definite: binding a pod twice to the same node is harmless,
 * and only then may its place be given away. One that the server fails on again and again takes no
 * turn from the others.
 */
final class Binder {

  private static final Logger log = LoggerFactory.getLogger(Binder.class);

  /** Enough to keep the server's group commit busy. */
  private static final int MAX_IN_FLIGHT = 4;

  /** Hears what became of a binding. */
  interface Outcomes {
    void bound(Bind bind);

    void refused(PodRef pod, ApiException why);

    /** The API server has a newer leader. */
    void fenced();
  }

  private final Api api;
  private final Seam seam;
  private final Outcomes outcomes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition landed = lock.newCondition();
  private final List<Thread> inFlight = new ArrayList<>();

  /** Those in flight that count: not what the server fails on. */
  private int turns;

  private boolean closed;

  Binder(Api api, Seam seam, Outcomes outcomes) {
    this.api = api;
    this.seam = seam;
    this.outcomes = outcomes;
  }

  /** Sends a batch; blocks while too many are under way. */
  void submit(List<Bind> binds) throws InterruptedException {
    lock.lock();
    try {
      while (turns >= MAX_IN_FLIGHT && !closed) {
        landed.await();
      }
      if (!closed) {
        inFlight.add(seam.threads().start("bind", () -> run(binds)));
        turns++; // After that: no turn is taken for what could not be started.
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives up what is under way. */
  void close() {
    lock.lock();
    try {
      closed = true;
      inFlight.forEach(Thread::interrupt);
      landed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run(List<Bind> binds) {
    try {
      List<Bind> failing;
      try {
        failing = bindUntilDefinite(binds, false);
      } finally {
        endTurn();
      }
      bindUntilDefinite(failing, true);
    } catch (InterruptedException e) {
      log.debug("{} bindings given up: the term is over", binds.size());
    } catch (RuntimeException e) {
      log.error("{} bindings given up: a defect", binds.size(), e);
    } finally {
      lock.lock();
      try {
        inFlight.remove(Thread.currentThread());
      } finally {
        lock.unlock();
      }
    }
  }

  private void endTurn() {
    lock.lock();
    try {
      turns--;
      landed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Goes on until each is bound or refused, or, unless it is patient, the server answers and fails
   * on all that are left, which are returned.
   */
  private List<Bind> bindUntilDefinite(List<Bind> binds, boolean patient)
      throws InterruptedException {
    Round round = new Round(binds, false);
    for (int failures = 0; !round.open().isEmpty(); failures++) {
      if (!patient && round.serverAnswered()) {
        return round.open();
      }
      if (failures > 0) {
        seam.clock().sleep(Backoff.RECONNECT.delay(failures - 1, seam.random()));
      }
      round = bindOnce(round.open());
    }
    return List.of();
  }

  /**
   * What came of asking once.
   *
   * @param open those without a definite answer
   * @param serverAnswered about every one that was asked for: those that are open it failed on
   */
  private record Round(List<Bind> open, boolean serverAnswered) {}

  private Round bindOnce(List<Bind> binds) throws InterruptedException {
    Batch batch = api.batch();
    binds.forEach(bind -> batch.bind(request(bind)));
    List<Batch.Result> results = batch.send();
    List<Bind> open = new ArrayList<>();
    Consumer<Bind> again = open::add;
    boolean serverAnswered = true;
    for (int i = 0; i < binds.size(); i++) {
      Bind bind = binds.get(i);
      Optional<ApiException> failure = results.get(i).error();
      serverAnswered &= failure.isEmpty() || !isUnreached(failure.get());
      failure.ifPresentOrElse(error -> failed(bind, error, again), () -> outcomes.bound(bind));
    }
    return new Round(List.copyOf(open), serverAnswered);
  }

  /** The server could not be asked, or has no room: then nobody has a turn to give away. */
  private static boolean isUnreached(ApiException error) {
    return error instanceof ApiException.Unavailable
        || error instanceof ApiException.UnknownOutcome
        || error instanceof ApiException.Exhausted
        || error instanceof ApiException.Unauthenticated;
  }

  private void failed(Bind bind, ApiException error, Consumer<Bind> again) {
    switch (error) {
      case ApiException.Unavailable e -> again.accept(bind);
      case ApiException.UnknownOutcome e -> again.accept(bind);
      case ApiException.Exhausted e -> again.accept(bind);
      case ApiException.Internal e -> again.accept(bind);
      case ApiException.Unauthenticated e -> again.accept(bind);
      case ApiException.Fenced e -> outcomes.fenced();
      case ApiException.NotFound e -> outcomes.refused(bind.pod(), e);
      case ApiException.AlreadyExists e -> outcomes.refused(bind.pod(), e);
      case ApiException.Conflict e -> outcomes.refused(bind.pod(), e);
      case ApiException.Invalid e -> outcomes.refused(bind.pod(), e);
      case ApiException.Compacted e -> outcomes.refused(bind.pod(), e);
      case ApiException.LeaseHeld e -> outcomes.refused(bind.pod(), e);
      case ApiException.Unreadable e -> outcomes.refused(bind.pod(), e);
      case ApiException.Denied e -> outcomes.refused(bind.pod(), e);
      case ApiException.Precondition e -> outcomes.refused(bind.pod(), e);
      case ApiException.Unsupported e -> outcomes.refused(bind.pod(), e);
    }
  }

  private static BindRequest request(Bind bind) {
    return BindRequest.newBuilder()
        .setNamespace(bind.pod().namespace())
        .setName(bind.pod().name())
        .setUid(bind.pod().uid())
        .setNodeName(bind.node())
        .build();
  }
}
