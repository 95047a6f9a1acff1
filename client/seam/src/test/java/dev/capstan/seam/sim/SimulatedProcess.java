package dev.capstan.seam.sim;

import dev.capstan.seam.Clock;
import dev.capstan.seam.Seam;
import dev.capstan.seam.Threads;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;

/**
 * A group of threads that can be stopped (as by SIGSTOP), continued and killed (as by SIGKILL)
 * together. Threads belong to the process whose seam started them.
 */
public final class SimulatedProcess {

  private enum State {
    RUNNING,
    PAUSED,
    KILLED
  }

  private final Simulation simulation;
  private final String name;
  private final Seam seam;
  private final List<Simulation.Ready> held = new ArrayList<>();
  private State state = State.RUNNING;
  private Duration skew = Duration.ZERO;

  /** Its own clock: what it showed at the last change of rate, when that was, and its rate. */
  private long shown;

  private long since;
  private int percent = 100;

  SimulatedProcess(Simulation simulation, String name, SplittableRandom random) {
    this.simulation = simulation;
    this.name = name;
    this.seam = new Seam(new SimulatedClock(), new SimulatedThreads(), random);
  }

  /** Give this to everything that runs in the process. */
  public Seam seam() {
    return seam;
  }

  /** For traces. */
  public String name() {
    return name;
  }

  /** No thread of the process runs until {@link #resume}; time goes on. */
  public void pause() {
    simulation.note("pause " + name);
    state = State.PAUSED;
  }

  /** Goes on where it was paused. */
  public void resume() {
    simulation.note("resume " + name);
    state = State.RUNNING;
    held.forEach(simulation::ready);
    held.clear();
  }

  /**
   * No thread of the process ever runs again: no finally block, no message. What others see of it
   * is the caller's to arrange, e.g. by closing its gRPC server's transport.
   */
  public void kill() {
    simulation.note("kill " + name);
    state = State.KILLED;
    held.clear();
  }

  /** Shifts the process's time of day; its monotonic time stays. */
  public void skew(Duration shift) {
    skew = shift;
  }

  /**
   * Lets its clocks, the monotonic one included, run at another rate from now on.
   *
   * @param percentOfReal 100 for the right one, 200 for twice as fast
   */
  public void rate(int percentOfReal) {
    shown = ownNanos();
    since = simulation.nanos();
    percent = percentOfReal;
  }

  private long ownNanos() {
    return shown + (simulation.nanos() - since) * percent / 100;
  }

  /** When, in simulated time, its own clock shows {@code own}. */
  private long simulated(long own) {
    return since + Math.ceilDiv((own - shown) * 100, percent);
  }

  /** How long a time of its own clock takes. */
  long simulatedDelay(long own) {
    return own * 100 / percent;
  }

  /** Whether {@link #kill} was called. */
  public boolean killed() {
    return state == State.KILLED;
  }

  /** Answers whether {@code work} may run now; keeps it if it may later. */
  boolean admits(Simulation.Ready work) {
    if (state == State.PAUSED) {
      held.add(work);
    }
    return state == State.RUNNING;
  }

  private final class SimulatedClock implements Clock {

    @Override
    public Instant now() {
      return Simulation.EPOCH.plusNanos(ownNanos()).plus(skew);
    }

    @Override
    public long nanoTime() {
      return ownNanos();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      Thread self = Thread.currentThread();
      long due = deadline(duration);
      while (ownNanos() < due) {
        Timers.Timer timer =
            simulation.timer(simulated(due), SimulatedProcess.this, () -> LockSupport.unpark(self));
        try {
          LockSupport.park(this);
        } finally {
          timer.cancel();
        }
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // The caller loops: that is this method's contract.
    public boolean awaitUntil(Lock lock, Condition condition, long deadlineNanos)
        throws InterruptedException {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (ownNanos() >= deadlineNanos) {
        return false;
      }
      // A JDK timed wait would be ended by a thread that is not ours. So: wait without a limit, and
      // let somebody of ours signal when it is time. That may wake others on the condition; they
      // loop.
      Runnable signal = () -> seam.threads().start("timer", () -> signalAll(lock, condition));
      Timers.Timer timer =
          simulation.timer(simulated(deadlineNanos), SimulatedProcess.this, signal);
      try {
        condition.await();
      } finally {
        timer.cancel();
      }
      return ownNanos() < deadlineNanos;
    }

    private void signalAll(Lock lock, Condition condition) {
      lock.lock();
      try {
        condition.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private final class SimulatedThreads implements Threads {

    private final ScheduledExecutorService timers =
        new SimulatedTimers(simulation, SimulatedProcess.this);

    @Override
    public Thread start(String threadName, Runnable body) {
      return simulation.start(SimulatedProcess.this, threadName, body);
    }

    @Override
    public Executor executor() {
      return task -> start("task", task);
    }

    @Override
    public ScheduledExecutorService libraryTimers() {
      return timers;
    }
  }
}
