package dev.capstan.seam.sim;

import dev.capstan.seam.Seam;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** One run of a body and everything it starts, repeatable by its seed. */
public final class Simulation {

  /** The time of day at the start. */
  public static final Instant EPOCH = Instant.parse("2026-01-01T00:00:00Z");

  /** Real time that a monitor held outside the simulation may take. */
  private static final int PATIENCE_SECONDS = 10;

  /** The JDK's thread that lets virtual threads go on when a monitor is let go. */
  private static final String UNBLOCKER = "VirtualThread-unblocker";

  /** What is simulated. */
  @FunctionalInterface
  public interface Body {
    /** Runs as the thread "main"; the simulation ends when it returns. */
    void run(Simulation simulation) throws Exception;
  }

  /** A thread's next piece of work. */
  record Ready(SimThread thread, Runnable work) {}

  /** Work that became ready through a thread that is not ours. */
  private record Foreign(String by, Ready work) {}

  /** What happens between two steps. */
  private record Interruption(long step, long sequence, Runnable action) {}

  /** A thread with its place in the trace. */
  static final class SimThread implements Executor {
    private final Simulation simulation;
    private final SimulatedProcess process;
    private final int id;
    private final String label;
    private final Thread thread;
    private boolean ended;

    /** It can go on and is waiting for its turn. */
    private volatile boolean woken;

    SimThread(Simulation simulation, SimulatedProcess process, int id, String name, Runnable body) {
      this.id = id;
      this.label = process.name() + "/" + name + "#" + id;
      this.simulation = simulation;
      this.process = process;
      this.thread =
          VirtualThreads.unstarted(
              this,
              label,
              () -> {
                try {
                  body.run();
                } catch (Throwable e) {
                  simulation.crashed(this, e);
                } finally {
                  ended = true;
                }
              });
    }

    @Override
    public void execute(Runnable work) {
      woken = true;
      simulation.woken(new Ready(this, work));
    }
  }

  private final long seed;
  private final Limits limits;
  private final Thread carrier = Thread.currentThread();
  private final SplittableRandom order;
  private final SplittableRandom processes;
  private final Trace trace = new Trace();
  private final Timers timers = new Timers();
  private final List<Ready> ready = new ArrayList<>();
  private final Map<Integer, SimThread> alive = new LinkedHashMap<>();
  private final LinkedBlockingQueue<Foreign> foreign = new LinkedBlockingQueue<>();
  private final SimulatedProcess main;
  private final PriorityQueue<Interruption> interruptions =
      new PriorityQueue<>(
          Comparator.comparingLong(Interruption::step).thenComparingLong(Interruption::sequence));
  private long nanos;
  private long sequence;
  private int threads;
  private boolean ending;
  private @Nullable Thread running;
  private @Nullable SimulationFailure failure;

  private Simulation(long seed, Limits limits) {
    this.seed = seed;
    this.limits = limits;
    this.order = new SplittableRandom(seed);
    this.processes = order.split();
    this.main = process("main");
  }

  /**
   * Runs {@code body} to its end and returns the trace, which depends on the seed alone.
   *
   * @throws SimulationFailure if a thread threw, if nothing can ever run again, or beyond {@link
   *     Limits#DEFAULT}
   */
  public static Trace run(long seed, Body body) {
    return run(seed, Limits.DEFAULT, body);
  }

  /** As {@link #run(long, Body)} within other limits. */
  public static Trace run(long seed, Limits limits, Body body) {
    Simulation simulation = new Simulation(seed, limits);
    simulation.run(body);
    return simulation.trace;
  }

  /** The seam of the process "main". */
  public Seam seam() {
    return main.seam();
  }

  /** A further process. */
  public SimulatedProcess process(String name) {
    return new SimulatedProcess(this, name, processes.split());
  }

  /** Puts a line into the trace, and so into its digest. */
  public void note(String text) {
    trace.add(nanos, "* " + text);
  }

  /**
   * Does something between two steps, whoever is at work then.
   *
   * @param steps how many pieces of work from now
   * @param action must not block
   */
  public void afterSteps(long steps, Runnable action) {
    interruptions.add(new Interruption(trace.steps() + steps, sequence++, action));
  }

  /** Simulated time since the start. */
  public Duration elapsed() {
    return Duration.ofNanos(nanos);
  }

  /** The trace so far. */
  public Trace trace() {
    return trace;
  }

  /** The seed, for messages. */
  public long seed() {
    return seed;
  }

  /**
   * Lets time pass until {@code condition} holds, looking every 10 simulated milliseconds.
   *
   * @param what for the message
   * @throws AssertionError if it does not hold within {@code limit}
   */
  public void eventually(String what, Duration limit, BooleanSupplier condition)
      throws InterruptedException {
    long deadline = nanos + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (nanos >= deadline) {
        throw new AssertionError("not within " + limit + ": " + what);
      }
      seam().clock().sleep(Duration.ofMillis(10));
    }
  }

  long nanos() {
    return nanos;
  }

  Timers.Timer timer(long due, SimulatedProcess owner, Runnable action) {
    return timers.add(due, owner, action);
  }

  Thread start(SimulatedProcess process, String name, Runnable body) {
    int id = threads++;
    SimThread thread = new SimThread(this, process, id, name, body);
    alive.put(id, thread);
    thread.thread.start();
    return thread.thread;
  }

  /** Called wherever a thread becomes runnable, which must be on the carrier. */
  private void woken(Ready work) {
    Thread by = Thread.currentThread();
    // A virtual thread of another simulation in this JVM is as foreign as any.
    if (by == carrier || by == running) {
      ready(work);
    } else {
      foreign.add(new Foreign(by.getName(), work));
    }
  }

  void ready(Ready work) {
    ready.add(work);
  }

  private void crashed(SimThread thread, Throwable cause) {
    if (!ending && failure == null) {
      failure = failed(thread.label + " failed: " + cause, cause);
    }
  }

  private void run(Body body) {
    Thread thread =
        start(
            main,
            "body",
            () -> {
              try {
                body.run(this);
              } catch (RuntimeException | Error e) {
                throw e;
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    while (thread.isAlive()) {
      interrupt();
      if (!step()) {
        advance();
      }
      check();
    }
    end();
    check();
  }

  private void interrupt() {
    while (!interruptions.isEmpty() && interruptions.peek().step <= trace.steps()) {
      interruptions.remove().action.run();
    }
  }

  /** Runs one piece of work that is ready; false if there is none. */
  private boolean step() {
    while (!ready.isEmpty()) {
      int last = ready.size() - 1;
      int choice = order.nextInt(ready.size());
      Ready next = ready.get(choice);
      ready.set(choice, ready.get(last));
      ready.remove(last);
      if (next.thread.process.admits(next)) {
        trace.step(nanos, next.thread.label);
        run(next);
        return true;
      }
    }
    return false;
  }

  private void run(Ready next) {
    SimThread thread = next.thread;
    running = thread.thread;
    thread.woken = false;
    next.work.run();
    while (!thread.ended && !thread.woken && isBlocked(thread)) {
      unblock(thread);
    }
    if (thread.ended) {
      alive.remove(thread.id);
    }
  }

  /** Not waiting for an event but for a monitor, or just let go by one. */
  private static boolean isBlocked(SimThread thread) {
    Thread.State state = thread.thread.getState();
    return state == Thread.State.BLOCKED || state == Thread.State.RUNNABLE;
  }

  /**
   * The thread ran into a monitor that a thread outside the simulation holds, e.g. a class loader's
   * or the test runner's standard output. How long that takes must not show: nobody else runs until
   * it goes on.
   */
  private void unblock(SimThread thread) {
    try {
      Foreign wake = foreign.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (wake == null) {
        throw failed(thread.label + " needs a monitor that somebody holds while waiting", null);
      }
      if (wake.work.thread != thread || !wake.by.equals(UNBLOCKER)) {
        throw foreign(wake);
      }
      thread.woken = false;
      wake.work.work.run();
    } catch (InterruptedException e) {
      throw failed("interrupted", e);
    }
  }

  private SimulationFailure foreign(Foreign wake) {
    return failed(
        "foreign wake-up: %s woke %s (a timed wait of the JDK's own?)"
            .formatted(wake.by, wake.work.thread.label),
        null);
  }

  /** Nothing can run: lets time pass until the next timer. */
  private void advance() {
    long next = timers.next();
    if (next == Long.MAX_VALUE) {
      throw failed("deadlock: no thread can run and nobody waits for time", null);
    }
    nanos = Math.max(nanos, next);
    timers.fire(nanos);
  }

  private void check() {
    if (failure != null) {
      throw failure;
    }
    Foreign intruder = foreign.peek();
    if (intruder != null) {
      throw foreign(intruder);
    }
    if (trace.steps() > limits.steps()) {
      throw failed("still running after " + limits.steps() + " steps", null);
    }
    if (nanos > limits.time().toNanos()) {
      throw failed("still running after " + limits.time(), null);
    }
  }

  /** Interrupts what is left and lets it run out, so that it is not kept in memory for ever. */
  private void end() {
    ending = true;
    long digestedSteps = trace.steps();
    alive.values().stream().filter(t -> !t.process.killed()).forEach(t -> t.thread.interrupt());
    while (trace.steps() < digestedSteps + 10_000 && step()) {
      // Each step may make others ready.
    }
  }

  private SimulationFailure failed(String why, @Nullable Throwable cause) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s%n  seed %d, step %d, %s simulated%n".formatted(why, seed, trace.steps(), elapsed()));
    text.append("  timers: ").append(timers.size()).append("\n  threads:\n");
    alive.values().stream().limit(40).forEach(t -> describe(t, text));
    text.append("  last steps:\n");
    trace.last(25).forEach(line -> text.append("    ").append(line).append('\n'));
    return new SimulationFailure(text.toString(), cause);
  }

  private static void describe(SimThread thread, StringBuilder text) {
    text.append("    ").append(thread.label).append('\n');
    for (StackTraceElement frame : thread.thread.getStackTrace()) {
      if (!frame.getClassName().startsWith("java.")) {
        text.append("      at ").append(frame).append('\n');
      }
    }
  }
}
