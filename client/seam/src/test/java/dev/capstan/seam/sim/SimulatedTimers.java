package dev.capstan.seam.sim;

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A ScheduledExecutorService on simulated time, for gRPC.
 *
 * <p>Delays are rounded up to whole 10 ms. Where gRPC computes a delay from the system's clock (a
 * server's deadline, unless it was given a ticker), a few microseconds of reality would otherwise
 * get into the order of events.
 */
final class SimulatedTimers extends AbstractExecutorService implements ScheduledExecutorService {

  private static final long GRAIN = 10_000_000;

  private final Simulation simulation;
  private final SimulatedProcess process;
  private boolean shutdown;

  SimulatedTimers(Simulation simulation, SimulatedProcess process) {
    this.simulation = simulation;
    this.process = process;
  }

  private final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
    private final long period;
    private long due;
    private Timers.@Nullable Timer timer;

    Task(Callable<V> callable, long delay, long period) {
      super(callable);
      this.period = period;
      schedule(delay);
    }

    private void schedule(long delay) {
      long simulated = process.simulatedDelay(Math.max(0, delay));
      due = simulation.nanos() + Math.ceilDiv(simulated, GRAIN) * GRAIN;
      timer = simulation.timer(due, process, () -> process.seam().threads().start("timer", this));
    }

    @Override
    public void run() {
      if (!isPeriodic()) {
        super.run();
      } else if (runAndReset()) {
        schedule(period);
      }
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
      if (timer != null) {
        timer.cancel();
      }
      return super.cancel(mayInterrupt);
    }

    @Override
    public boolean isPeriodic() {
      return period > 0;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - simulation.nanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return new Task<>(Executors.callable(command), unit.toNanos(delay), 0);
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    return new Task<>(callable, unit.toNanos(delay), 0);
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return new Task<>(
        Executors.callable(command), unit.toNanos(initialDelay), unit.toNanos(period));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return scheduleAtFixedRate(command, initialDelay, delay, unit);
  }

  @Override
  public void execute(Runnable command) {
    process.seam().threads().start("task", command);
  }

  @Override
  public void shutdown() {
    shutdown = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown = true;
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shutdown;
  }
}
