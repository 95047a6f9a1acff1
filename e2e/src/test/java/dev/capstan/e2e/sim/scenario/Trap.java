package dev.capstan.e2e.sim.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What an {@link Ambush} meets too seldom: faults that lie in wait for two deeds in a row, of which
 * the first brings somebody to write and the second is what that write must not meet. Its dice are
 * its own, so that it changes nothing but the scenarios that it adds to.
 */
final class Trap {

  private static final long DICE = 0x5DEECE66DL;

  /** At most so much later comes the second deed. */
  private static final Duration SOON = Duration.ofSeconds(5);

  private static final Set<Verb> MAKES_PODS =
      Set.of(Verb.DEPLOY, Verb.SCALE, Verb.UPDATE, Verb.REDEPLOY, Verb.DELETE_PODS);

  private static final Set<Verb> NO_MORE_PODS = Set.of(Verb.CORDON, Verb.DRAIN);

  /** Millicores of a pod whose place is missed when it is taken for nothing. */
  private static final int LARGE = 1000;

  private static final int FEW = 2;

  /** So many are held: nobody knows which of them is the one. */
  private static final int CALLS = 3;

  private final SplittableRandom random;
  private final Theme theme;
  private final int nodes;
  private final int standby;
  private final List<Step> steps = new ArrayList<>();

  Trap(long seed, Theme theme, int nodes, int standby) {
    this.random = new SplittableRandom(seed ^ DICE);
    this.theme = theme;
    this.nodes = nodes;
    this.standby = standby;
  }

  /**
   * Faults for what users do.
   *
   * @param deeds in the order of their times, for each user
   */
  List<Step> steps(List<Step> deeds) {
    switch (theme) {
      case MACHINES -> goneMachines(deeds);
      case PODS, ANEW -> {
        if (random.nextBoolean()) {
          unseenSuccessors(deeds);
        }
      }
      case ANYTHING, HASTE -> blindSuccessors(deeds);
    }
    return List.copyOf(steps);
  }

  /**
   * Pods are bound to a machine that is not there any more when the binding arrives; and where
   * there is hardly another, why they wait is told when they do not wait any more.
   */
  private void goneMachines(List<Step> deeds) {
    for (Step deed : deeds) {
      if (deed.verb() == Verb.REJOIN) {
        before(deeds, deed)
            .filter(first -> MAKES_PODS.contains(first.verb()))
            .ifPresent(first -> holdScheduler(first, deed, "bind", "gone"));
        if (nodes <= FEW) {
          holdScheduler(deed, deed, "status", "changed");
        }
      }
    }
  }

  /**
   * Pods are made while whoever leads the schedulers stands still, and then a machine is to take no
   * more. The successor has seen the pods, and not yet the rest.
   */
  private void blindSuccessors(List<Step> deeds) {
    for (Step deed : deeds) {
      if (standby == 1 && NO_MORE_PODS.contains(deed.verb())) {
        before(deeds, deed)
            .filter(first -> MAKES_PODS.contains(first.verb()))
            .ifPresent(first -> takeOver(first, deed));
      }
    }
  }

  private void takeOver(Step first, Step deed) {
    steps.add(
        Step.at(justBefore(first), Verb.LEADER_SLEEPS)
            .with(Argument.SERVICE, "scheduler")
            .withMillis(Argument.FOR, random.nextLong(17_000, 25_000))
            .build());
    for (int i = 0; i <= standby; i++) {
      steps.add(
          Step.at(justBefore(deed), Verb.WATCH_LAGS)
              .with(Argument.ON, "scheduler-" + i)
              .withMillis(Argument.FOR, random.nextLong(20_000, 30_000))
              .build());
    }
  }

  private static Duration justBefore(Step deed) {
    Duration at = deed.at().minusMillis(1);
    return at.isNegative() ? Duration.ZERO : at;
  }

  /** What the same user did shortly before. */
  private static Optional<Step> before(List<Step> deeds, Step deed) {
    int index = deeds.indexOf(deed);
    return Optional.of(deeds.get(Math.max(0, index - 1)))
        .filter(first -> first.text(Argument.USER).equals(deed.text(Argument.USER)))
        .filter(first -> first.at().compareTo(deed.at()) < 0)
        .filter(first -> deed.at().minus(first.at()).compareTo(SOON) < 0);
  }

  private void holdScheduler(Step first, Step deed, String call, String until) {
    Duration from = justBefore(first);
    long most = deed.at().minus(from).toMillis() + random.nextLong(2_000, 6_000);
    for (int i = 0; i < (standby + 1) * CALLS; i++) {
      steps.add(
          Step.at(from, Verb.CALL_HELD)
              .with(Argument.ON, "scheduler-" + i / CALLS)
              .with(Argument.CALL, call)
              .with(Argument.UNTIL, until)
              .withMillis(Argument.FOR, most)
              .build());
    }
  }

  /** The scheduler sees that a large pod was made anew, but never that its name was free. */
  private void unseenSuccessors(List<Step> deeds) {
    Map<String, Integer> cpus = new HashMap<>();
    for (Step deed : deeds) {
      if (deed.verb() != Verb.POD && deed.verb() != Verb.REPOD) {
        continue;
      }
      Integer before = cpus.put(deed.text(Argument.NAME), deed.number(Argument.CPU, 0));
      if (deed.verb() == Verb.REPOD && before != null && before >= LARGE && nodes <= FEW) {
        unseen(deed);
      }
    }
  }

  private void unseen(Step deed) {
    Duration from = justBefore(deed);
    for (int i = 0; i <= standby; i++) {
      steps.add(
          Step.at(from, Verb.WATCH_MISSES)
              .with(Argument.ON, "scheduler-" + i)
              .with(Argument.DEED, deed.verb().word())
              .withMillis(Argument.FOR, random.nextLong(10, 500))
              .build());
    }
  }
}
