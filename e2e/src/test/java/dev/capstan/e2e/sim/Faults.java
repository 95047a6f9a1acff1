package dev.capstan.e2e.sim;

import dev.capstan.e2e.sim.check.Disturbance;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import dev.capstan.e2e.sim.scenario.Verb;
import dev.capstan.seam.sim.SimulatedProcess;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Makes go wrong what a scenario says, and mends it in the end. */
final class Faults {

  private static final String SERVER = "api-server";

  private final Simulation sim;
  private final SimulatedCluster cluster;
  private final Unknowns unknowns;
  private final Set<SimulatedProcess> wrongClocks = new LinkedHashSet<>();

  Faults(Simulation sim, SimulatedCluster cluster) {
    this.sim = sim;
    this.cluster = cluster;
    this.unknowns = new Unknowns(cluster);
  }

  /** Lets a fault happen, now or, as it may say, some pieces of work later. */
  void strike(Step step) {
    if (!targetExists(step)) {
      return; // A scheduler-1 where there is no standby, e.g. in a scenario cut short.
    }
    int steps = step.number(Argument.STEPS, 0);
    if (steps == 0) {
      happen(step);
    } else {
      sim.afterSteps(steps, () -> happen(step));
    }
  }

  private boolean targetExists(Step step) {
    String on = step.find(Argument.ON).orElse("users");
    return on.equals(SERVER) || cluster.has(on);
  }

  private void happen(Step step) {
    switch (step.verb()) {
      case CALL_REFUSED,
          REQUEST_LOST,
          REPLY_LOST,
          REQUEST_LATE,
          CALL_HELD,
          CRASH_IN_CALL,
          SLEEP_IN_CALL ->
          line(step).arm(step);
      case COMMIT_REFUSED,
          COMMIT_LOST,
          COMMIT_REPLY_LOST,
          COMMIT_LATE,
          COMMIT_SLOW,
          CRASH_IN_COMMIT,
          READ_FAILS,
          READ_SLOW ->
          cluster.store().arm(step);
      case STORE_WATCH_LAGS -> cluster.store().lag(step.time(Argument.FOR));
      case STORE_WATCH_COMPACTED -> cluster.store().endWatches();
      case STORE_COMPACTED -> cluster.store().compactAll();
      case READERS -> {
        cluster.counts().struck(step.verb(), "users");
        Readers.read(cluster.users(), cluster.world(), step.time(Argument.FOR));
      }
      case WATCH_MISSES -> miss(step);
      case WATCH_BREAKS, WATCH_LAGS, WATCH_COMPACTED, WATCH_AWAY -> watch(step);
      case CRASH, SLEEP -> process(step);
      case LEADER_SLEEPS -> leader(step);
      case NODE_CUT, NODE_DIES -> node(step);
      case NODE_RENAMED -> rename(step);
      case CONTAINER_KILLED -> engine(step).kill(step.number(Argument.COUNT, 1));
      case START_FAILS, START_HANGS, ENGINE_REPLY_LOST, ENGINE_LOOK_FAILS ->
          engine(step).faults().arm(step);
      case OBJECT_HIDDEN, VALUE_DAMAGED, READS_FAIL -> unknowns.strike(step);
      case ENGINE_AWAY -> engine(step).faults().away(step.time(Argument.FOR));
      case CLOCK_JUMPS, CLOCK_RATE -> clock(step);
      default -> throw new IllegalStateException(step.toString());
    }
  }

  private Line line(Step step) {
    return cluster.member(step.text(Argument.ON)).line();
  }

  private SimulatedEngine engine(Step step) {
    return cluster.engines().get(step.number(Argument.NODE));
  }

  private void watch(Step step) {
    Line line = line(step);
    cluster.counts().struck(step.verb(), step.text(Argument.ON));
    cluster.observer().disturbed(Disturbance.NETWORK, step.text(Argument.ON), step.verb().word());
    switch (step.verb()) {
      case WATCH_BREAKS -> line.breakWatches();
      case WATCH_LAGS -> {
        line.lag(step.time(Argument.FOR));
        cluster.world().after(step.time(Argument.FOR), () -> {}); // It is not over before.
      }
      case WATCH_COMPACTED -> line.compact();
      default -> line.keepAway(step.time(Argument.FOR));
    }
  }

  private void miss(Step step) {
    String on = step.text(Argument.ON);
    Line line = line(step);
    cluster
        .deeds()
        .await(
            step,
            () -> {
              cluster.counts().struck(step.verb(), on);
              cluster.observer().disturbed(Disturbance.NETWORK, on, step.verb().word());
              line.miss();
            },
            line::back);
  }

  private void process(Step step) {
    String on = step.text(Argument.ON);
    Duration time = step.time(Argument.FOR);
    boolean server = on.equals(SERVER);
    if (server ? !cluster.server().up() : !cluster.member(on).up()) {
      return;
    }
    cluster.counts().struck(step.verb(), on);
    if (step.verb() == Verb.CRASH) {
      if (server) {
        cluster.server().crash(time);
      } else {
        cluster.member(on).crash(time);
      }
    } else if (server) {
      cluster.server().pause();
      cluster.world().after(time, cluster.server()::resume);
    } else {
      cluster.member(on).sleep();
      cluster.world().after(time, cluster.member(on)::wake);
    }
  }

  /** Counts if, when the old leader wakes up believing that it leads, another one does. */
  private void leader(Step step) {
    List<Member> leaders = cluster.leaders(step.text(Argument.SERVICE));
    if (leaders.isEmpty()) {
      return;
    }
    Member old = leaders.getFirst();
    old.sleep();
    cluster
        .world()
        .after(
            step.time(Argument.FOR),
            () -> {
              if (old.up() && cluster.leaders(step.text(Argument.SERVICE)).size() > 1) {
                cluster.counts().struck(step.verb(), old.name());
              }
              old.wake();
            });
  }

  private void node(Step step) {
    int node = step.number(Argument.NODE);
    Member kubelet = cluster.kubeletOf(node);
    Duration time = step.time(Argument.FOR);
    if (!kubelet.up()) {
      return;
    }
    cluster.counts().struck(step.verb(), "node");
    for (int each : cluster.nodesOf(kubelet)) {
      cluster.observer().disturbed(Disturbance.NODE, "node-" + each, step.verb().word());
    }
    if (step.verb() == Verb.NODE_CUT) {
      kubelet.line().cut();
      cluster.world().after(time, kubelet.line()::reset);
    } else {
      kubelet.crash(time);
      cluster.nodesOf(kubelet).forEach(each -> cluster.engines().get(each).powerOff());
    }
  }

  /** Its containers run on, with nobody who may touch them. */
  private void rename(Step step) {
    int node = step.number(Argument.NODE);
    Member kubelet = cluster.kubeletOf(node);
    if (!kubelet.up() || cluster.nodesOf(kubelet).size() > 1 || !cluster.hasWorked(node)) {
      return;
    }
    cluster.counts().struck(step.verb(), "node");
    cluster.observer().disturbed(Disturbance.NODE, "node-" + node, step.verb().word());
    cluster.rename(node, true);
    kubelet.crash(Duration.ofMillis(10));
    cluster
        .world()
        .after(
            step.time(Argument.FOR),
            () -> {
              cluster.rename(node, false);
              kubelet.crash(Duration.ofMillis(10));
            });
  }

  private void clock(Step step) {
    SimulatedProcess process = cluster.processOf(step.text(Argument.ON));
    cluster.counts().struck(step.verb(), step.text(Argument.ON));
    cluster.observer().disturbed(Disturbance.CLOCK, step.text(Argument.ON), step.verb().word());
    if (step.verb() == Verb.CLOCK_JUMPS) {
      process.skew(step.time(Argument.BY));
    } else {
      wrongClocks.add(process);
      process.rate(step.number(Argument.PERCENT));
      cluster.world().after(step.time(Argument.FOR), () -> process.rate(100));
    }
  }

  /** Everything works again, as far as it is alive; what is dead comes back by itself. */
  void mend() {
    cluster.store().heal();
    cluster.engines().forEach(engine -> engine.faults().heal());
    cluster.server().resume();
    for (Member member : cluster.members()) {
      member.wake();
      member.line().reset();
    }
    wrongClocks.forEach(process -> process.rate(100));
  }
}
