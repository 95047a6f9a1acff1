package dev.capstan.e2e.sim;

import dev.capstan.client.Api;
import dev.capstan.e2e.sim.check.EndState;
import dev.capstan.e2e.sim.check.Engines;
import dev.capstan.e2e.sim.check.InvariantBroken;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Scenario;
import dev.capstan.e2e.sim.scenario.Step;
import dev.capstan.seam.Clock;
import dev.capstan.seam.sim.Limits;
import dev.capstan.seam.sim.Simulation;
import dev.capstan.seam.sim.SimulationFailure;
import dev.capstan.seam.sim.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One scenario played to its end. */
final class SeedRun {

  /** How long a cluster may take to come to rest; containers that ended often wait for minutes. */
  private static final Duration REST = Duration.ofMinutes(8);

  /**
   * Nothing has changed for so long: it is over. Longer than a lease of a leader or the period of a
   * node's heartbeats.
   */
  private static final Duration CALM = Duration.ofSeconds(11);

  private static final Duration STAYS = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Limits LIMITS = new Limits(300_000, Duration.ofMinutes(40));

  /**
   * What became of a run.
   *
   * @param digest of the trace
   * @param failure why it failed; null if everything held
   * @param end what the cluster looked like in the end; null if it failed before
   * @param account who did what, if that was asked for
   */
  record Result(
      Scenario scenario,
      String digest,
      long steps,
      Duration time,
      long revisions,
      FaultCounts faults,
      @Nullable Failure failure,
      @Nullable EndState end,
      List<String> account) {

    /** The same, failed. */
    Result failing(Failure why) {
      return new Result(scenario, digest, steps, time, revisions, faults, why, end, account);
    }
  }

  /**
   * Why a run failed.
   *
   * @param invariant e.g. "I3"; "crash" when a thread ended with an exception
   * @param calm it happened in the run without faults
   */
  record Failure(String invariant, String what, boolean calm) {
    Failure(String invariant, String what) {
      this(invariant, what, false);
    }
  }

  private final Scenario scenario;
  private final boolean withAccount;
  private @Nullable Observer observer;
  private @Nullable SimulatedCluster cluster;
  private @Nullable EndState end;
  private @Nullable Simulation simulation;

  private SeedRun(Scenario scenario, boolean withAccount) {
    this.scenario = scenario;
    this.withAccount = withAccount;
  }

  /** Plays a scenario. */
  static Result of(Scenario scenario, boolean withAccount) {
    return new SeedRun(scenario, withAccount).run();
  }

  /** The trace of a scenario, line by line, to find out where two runs part. */
  static List<String> traceOf(Scenario scenario) {
    SeedRun run = new SeedRun(scenario, false);
    run.run();
    Simulation played = run.simulation;
    return played == null ? List.of() : played.trace().lines();
  }

  private Result run() {
    Failure failure = null;
    try {
      Simulation.run(scenario.seed(), LIMITS, this::play);
    } catch (SimulationFailure e) {
      failure = failure(e);
    }
    Simulation played = simulation;
    Observer seen = observer;
    SimulatedCluster of = cluster;
    if (played == null || seen == null || of == null) {
      throw new IllegalStateException("the simulation did not begin");
    }
    Trace trace = played.trace();
    return new Result(
        scenario,
        trace.digest(),
        trace.steps(),
        played.elapsed(),
        of.store().head(),
        of.counts(),
        failure,
        end,
        seen.account().lines());
  }

  private Failure failure(SimulationFailure e) {
    InvariantBroken broken = observer == null ? null : observer.broken();
    if (broken != null) {
      return new Failure(broken.id(), String.valueOf(broken.getMessage()));
    }
    if (e.getCause() instanceof AssertionError own) {
      String message = String.valueOf(own.getMessage());
      return new Failure(message.replaceFirst(":.*", "").strip(), message);
    }
    String why = String.valueOf(e.getMessage());
    boolean restless = why.startsWith("still running") || why.startsWith("deadlock");
    return new Failure(restless ? "I6" : "crash", why);
  }

  private void play(Simulation sim) throws Exception {
    simulation = sim;
    Observer seen = new Observer(sim, withAccount);
    observer = seen;
    SimulatedCluster all = new SimulatedCluster(sim, seen);
    cluster = all;
    try {
      Api api = all.users();
      for (int i = 0; i <= scenario.standby(); i++) {
        all.scheduler(i);
        all.controllers(i);
      }
      all.nodes(scenario.nodes());
      Faults faults = new Faults(sim, all);
      List<Thread> busy = new ArrayList<>();
      busy.add(sim.seam().threads().start("misfortune", () -> strike(sim, faults)));
      byUser().forEach((name, steps) -> busy.add(user(all, name, api, steps)));
      while (busy.stream().anyMatch(Thread::isAlive) || all.world().isBusy()) {
        look(sim, seen);
      }
      faults.mend();
      seen.checks().quiet(now(sim));
      comeToRest(sim, seen, api);
      stay(sim, seen, all);
    } finally {
      all.end();
    }
  }

  private static long now(Simulation sim) {
    return sim.elapsed().toNanos();
  }

  /** Lets a moment pass, and ends the run if something is broken. */
  private static void look(Simulation sim, Observer seen) throws InterruptedException {
    sim.seam().clock().sleep(LOOK);
    seen.checks().verify();
  }

  private Map<String, List<Step>> byUser() {
    Map<String, List<Step>> all = new LinkedHashMap<>();
    for (Step step : scenario.userSteps()) {
      all.computeIfAbsent(step.text(Argument.USER), u -> new ArrayList<>()).add(step);
    }
    return all;
  }

  private void strike(Simulation sim, Faults faults) {
    try {
      for (Step fault : scenario.faults()) {
        sim.seam().clock().sleep(fault.at().minus(sim.elapsed()));
        faults.strike(fault);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Thread user(SimulatedCluster all, String name, Api api, List<Step> steps) {
    User user =
        new User(
            name, api, all.observer(), node -> all.kubeletOf(node).crash(Duration.ofSeconds(1)));
    Clock clock = api.connection().seam().clock();
    long begun = clock.nanoTime();
    return api.connection()
        .seam()
        .threads()
        .start(
            name,
            () -> {
              try {
                user.settleIn();
                for (Step step : steps) {
                  clock.sleep(step.at().minusNanos(clock.nanoTime() - begun));
                  all.deeds().around(step, () -> user.act(step));
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private static void comeToRest(Simulation sim, Observer seen, Api api)
      throws InterruptedException {
    Duration limit = sim.elapsed().plus(REST);
    String unrest = Unrest.of(api);
    long mended = now(sim);
    while (!unrest.isEmpty() || now(sim) - Math.max(mended, seen.lastChange()) < CALM.toNanos()) {
      if (sim.elapsed().compareTo(limit) > 0) {
        throw new AssertionError("I6: not at rest " + REST + " after the last fault: " + unrest);
      }
      look(sim, seen);
      unrest = Unrest.of(api);
    }
  }

  /** What has come to rest stays there, without doing anything. */
  private void stay(Simulation sim, Observer seen, SimulatedCluster all)
      throws InterruptedException {
    seen.checks().settled(now(sim));
    Duration until = sim.elapsed().plus(STAYS);
    while (sim.elapsed().compareTo(until) < 0) {
      look(sim, seen);
    }
    seen.checks().finish(engines(all), now(sim));
    seen.checks().verify();
    end = seen.checks().endState();
  }

  private static Engines engines(SimulatedCluster all) {
    return new Engines() {
      @Override
      public List<Listed> containers() {
        return all.engines().stream().flatMap(engine -> engine.listed().stream()).toList();
      }

      @Override
      public int serverWatches() {
        return all.server().watches();
      }

      @Override
      public int clientWatches() {
        return all.clientWatches();
      }
    };
  }
}
