package dev.capstan.e2e.sim;

import dev.capstan.e2e.sim.scenario.KeptScenarios;
import dev.capstan.e2e.sim.scenario.Scenario;
import dev.capstan.e2e.sim.scenario.Scenarios;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Many seeds, several at a time; ends at the first that fails. */
final class Campaign {

  private static final long SAY_EVERY = 10_000_000_000L;

  private final SimulateOptions options;
  private final PrintStream out = System.out;
  private final AtomicLong next;
  private final Queue<Scenario> kept;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final List<SeedRun.Result> done = new ArrayList<>();
  private final List<SeedRun.Result> failed = new ArrayList<>();
  private final long begun = System.nanoTime();
  private long said = begun;

  Campaign(SimulateOptions options) {
    this.options = options;
    this.next = new AtomicLong(options.from());
    this.kept =
        new ConcurrentLinkedQueue<>(options.kept() ? KeptScenarios.all() : List.<Scenario>of());
  }

  /** The exit code. */
  int run() {
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < options.jobs(); i++) {
      Thread worker = new Thread(this::work, "seeds-" + i);
      worker.start();
      workers.add(worker);
    }
    for (Thread worker : workers) {
      join(worker);
    }
    return new CampaignReport(options, done, failed, System.nanoTime() - begun).print(out);
  }

  private static void join(Thread worker) {
    try {
      worker.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work() {
    while (!stop.get() && !late()) {
      Scenario old = kept.poll();
      if (old != null) {
        keep(Verdict.of(old, false));
        continue;
      }
      long seed = next.getAndIncrement();
      if (seed > options.to()) {
        return;
      }
      keep(play(Scenarios.of(seed), seed - options.from()));
    }
  }

  private boolean late() {
    return options.time() != null && System.nanoTime() - begun > options.time().toNanos();
  }

  private SeedRun.Result play(Scenario scenario, long index) {
    SeedRun.Result result = Verdict.of(scenario, false);
    if (index >= options.replays()) {
      return result;
    }
    SeedRun.Result again = SeedRun.of(scenario, false);
    return again.digest().equals(result.digest()) && again.steps() == result.steps()
        ? result
        : result.failing(
            new SeedRun.Failure(
                "sameness",
                "the harness itself: two runs differ: %d steps, trace %s; %d steps, trace %s"
                    .formatted(result.steps(), result.digest(), again.steps(), again.digest())));
  }

  private synchronized void keep(SeedRun.Result result) {
    done.add(result);
    SeedRun.Failure failure = result.failure();
    if (failure != null) {
      out.printf("  seed %d: %s%n", result.scenario().seed(), failure.invariant());
      failed.add(result);
      stop.set(!options.keepGoing());
    }
    long now = System.nanoTime();
    if (now - said > SAY_EVERY) {
      said = now;
      out.printf("  %d seeds, %d s%n", done.size(), (now - begun) / 1_000_000_000);
    }
  }
}
