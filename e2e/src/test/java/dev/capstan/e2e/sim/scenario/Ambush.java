package dev.capstan.e2e.sim.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Faults that wait for what a user does and strike whoever is at work on the same objects: a call
 * is held back until what it is about has been changed, removed or made anew; a watch misses just
 * that. So a decision meets a world that is no longer the one it was made for.
 */
final class Ambush {

  /** Whose call with a write of which kind is held back until what. */
  private record Hold(String service, String write, String until) {}

  private static final List<Hold> ANEW =
      List.of(
          new Hold("scheduler", "bind", "remade"),
          new Hold("scheduler", "status", "remade"),
          new Hold("controllers", "delete", "remade"),
          new Hold("controllers", "patch", "remade"),
          new Hold("kubelet", "status", "remade"),
          new Hold("kubelet", "delete", "remade"));

  private static final List<Hold> GONE =
      List.of(
          new Hold("scheduler", "bind", "gone"),
          new Hold("controllers", "status", "gone"),
          new Hold("kubelet", "status", "gone"));

  private static final List<Hold> CHANGED =
      List.of(
          new Hold("scheduler", "bind", "changed"),
          new Hold("scheduler", "status", "changed"),
          new Hold("controllers", "create", "changed"),
          new Hold("controllers", "delete", "changed"),
          new Hold("controllers", "patch", "changed"),
          new Hold("controllers", "status", "changed"),
          new Hold("kubelet", "status", "changed"));

  private final SplittableRandom random;
  private final Theme theme;
  private final int nodes;
  private final int standby;
  private final List<Step> steps = new ArrayList<>();

  Ambush(SplittableRandom random, Theme theme, int nodes, int standby) {
    this.random = random;
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
    int count = theme == Theme.ANYTHING ? random.nextInt(2) : random.nextInt(1, 4);
    for (int i = 0; i < count; i++) {
      int which = random.nextInt(deeds.size());
      for (int tries = 0; tries < 4 && !removes(deeds.get(which)); tries++) {
        which = random.nextInt(deeds.size());
      }
      Step deed = deeds.get(which);
      if (random.nextInt(3) == 0) {
        miss(deed);
      } else {
        hold(which == 0 ? deed : deeds.get(which - 1), deed);
      }
    }
    return List.copyOf(steps);
  }

  private static boolean removes(Step deed) {
    return switch (deed.verb()) {
      case REPOD, REPLACE, REDEPLOY, REJOIN, UNDEPLOY, DELETE_PODS, DRAIN, CLEAR -> true;
      default -> false;
    };
  }

  private Hold hold(Verb deed) {
    List<Hold> holds =
        switch (deed) {
          case REPOD, REPLACE, REDEPLOY -> random.nextInt(6) == 0 ? CHANGED : ANEW;
          case REJOIN, UNDEPLOY, DELETE_PODS, DRAIN, CLEAR ->
              random.nextInt(4) == 0 ? CHANGED : GONE;
          default -> CHANGED;
        };
    return holds.get(random.nextInt(holds.size()));
  }

  /** From what the user does before on. */
  private void hold(Step before, Step deed) {
    Hold hold = hold(deed.verb());
    Duration from = random.nextBoolean() ? before.at() : deed.at();
    long until = Math.max(0, deed.at().minus(from).toMillis());
    for (String on : all(hold.service())) {
      steps.add(
          Step.at(from.plusMillis(random.nextInt(2)), Verb.CALL_HELD)
              .with(Argument.ON, on)
              .with(Argument.CALL, hold.write())
              .with(Argument.UNTIL, hold.until())
              .withMillis(Argument.FOR, Math.min(until, 8_000) + random.nextLong(500, 6_000))
              .with(Argument.SKIP, random.nextInt(3))
              .build());
    }
  }

  private void miss(Step deed) {
    String service =
        switch (random.nextInt(5)) {
          case 0 -> "controllers";
          case 1, 2 -> "scheduler";
          default -> "kubelet";
        };
    Duration from = deed.at().minusMillis(1);
    for (String on : all(service)) {
      steps.add(
          Step.at(from.isNegative() ? Duration.ZERO : from, Verb.WATCH_MISSES)
              .with(Argument.ON, on)
              .with(Argument.DEED, deed.verb().word())
              .withMillis(Argument.FOR, random.nextLong(10, 2_500))
              .build());
    }
  }

  /** Every process of a service: whoever leads, and whichever node it is. */
  private List<String> all(String service) {
    int count = service.equals("kubelet") ? Math.min(nodes, 4) : standby + 1;
    List<String> all = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      all.add(service + "-" + i);
    }
    return all;
  }
}
