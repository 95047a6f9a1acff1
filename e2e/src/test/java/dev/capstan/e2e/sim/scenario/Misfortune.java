package dev.capstan.e2e.sim.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What goes wrong in a scenario: random faults, half of them at random moments, half of them about
 * when a user does something; in every other scenario a {@link Burst} as well.
 */
final class Misfortune {

  /** What takes containers or nodes away, for which no controller is to blame. */
  private static final List<Verb> OF_NODES =
      List.of(
          Verb.NODE_CUT,
          Verb.NODE_DIES,
          Verb.CONTAINER_KILLED,
          Verb.START_FAILS,
          Verb.START_HANGS,
          Verb.ENGINE_REPLY_LOST);

  /** What is the business of {@link Doubt} and {@link Damage}. */
  private static final List<Verb> OF_DOUBT =
      List.of(
          Verb.OBJECT_HIDDEN,
          Verb.VALUE_DAMAGED,
          Verb.READS_FAIL,
          Verb.ENGINE_AWAY,
          Verb.ENGINE_LOOK_FAILS);

  private static final List<Verb> ALL =
      Arrays.stream(Verb.values())
          .filter(verb -> !verb.byUser() && !OF_DOUBT.contains(verb))
          .filter(verb -> verb != Verb.NODE_RENAMED) // See Rename.
          .toList();
  private static final List<Verb> OF_CONTROL =
      ALL.stream()
          .filter(verb -> !OF_NODES.contains(verb))
          .filter(verb -> verb != Verb.CLOCK_JUMPS && verb != Verb.CLOCK_RATE)
          .toList();

  private final SplittableRandom random;
  private final int nodes;
  private final int standby;
  private final List<Duration> deeds;
  private final long widestJump;
  private final Duration length;

  /**
   * @param deeds when users do something
   * @param widestJump milliseconds a clock may jump
   */
  Misfortune(
      SplittableRandom random,
      int nodes,
      int standby,
      List<Duration> deeds,
      Duration length,
      long widestJump) {
    this.deeds = deeds;
    this.random = random;
    this.nodes = nodes;
    this.standby = standby;
    this.widestJump = widestJump;
    this.length = length;
  }

  List<Step> steps(int count) {
    // In some runs nothing happens to nodes: then nothing excuses a controller.
    List<Verb> verbs = random.nextInt(3) == 0 ? OF_CONTROL : ALL;
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Verb verb = verbs.get(random.nextInt(verbs.size()));
      steps.add(one(Step.at(moment(), verb), verb).build());
    }
    if (random.nextBoolean()) {
      steps.addAll(new Burst(random, nodes, standby).around(deed()));
    }
    return List.copyOf(steps);
  }

  private Duration deed() {
    return deeds.get(random.nextInt(deeds.size()));
  }

  private Duration moment() {
    if (random.nextBoolean()) {
      return Duration.ofMillis(random.nextLong(length.toMillis()));
    }
    return deed().plusMillis(random.nextInt(3) == 0 ? 0 : random.nextLong(1, 2_500));
  }

  private Step.Builder one(Step.Builder step, Verb verb) {
    if (verb.takes(Argument.SKIP)) {
      step.with(Argument.SKIP, random.nextInt(12));
    }
    if (verb.takes(Argument.STEPS) && verb != Verb.WATCH_LAGS) {
      step.with(Argument.STEPS, random.nextInt(300));
    }
    if (verb.takes(Argument.MOMENT)) {
      step.with(Argument.MOMENT, random.nextBoolean() ? "before" : "after");
    }
    if (verb.takes(Argument.UNTIL) && random.nextBoolean()) {
      step.with(Argument.UNTIL, any("changed", "gone", "remade"));
    }
    if (verb.takes(Argument.DEED)) {
      step.with(Argument.DEED, any("scale", "update", "redeploy", "repod", "delete-pods"));
    }
    if (verb.takes(Argument.SERVICE)) {
      step.with(Argument.SERVICE, service());
    }
    if (verb.takes(Argument.NODE)) {
      step.with(Argument.NODE, random.nextInt(verb == Verb.NODE_DIES ? Math.min(nodes, 3) : nodes));
    }
    if (verb.takes(Argument.COUNT)) {
      step.with(Argument.COUNT, random.nextInt(1, 4));
    }
    if (verb.takes(Argument.PERCENT)) {
      step.with(Argument.PERCENT, List.of(50, 80, 125, 200).get(random.nextInt(4)));
    }
    if (verb.takes(Argument.BY)) {
      step.withMillis(Argument.BY, random.nextLong(-widestJump, widestJump));
    }
    if (verb.takes(Argument.ON)) {
      String target = target(verb);
      step.with(Argument.ON, target);
      call(step, verb, target);
    }
    if (verb.takes(Argument.FOR)) {
      step.withMillis(Argument.FOR, time(verb));
    }
    return step;
  }

  /** Often a kind of write that its target makes. */
  private void call(Step.Builder step, Verb verb, String target) {
    List<String> writes =
        switch (target.replaceFirst("-.*", "")) {
          case "scheduler" -> List.of("bind", "bind", "status");
          case "controllers" -> List.of("create", "patch", "delete", "status");
          case "kubelet" -> List.of("status", "status", "delete");
          case "users" -> List.of("create", "create", "patch", "delete");
          default -> List.of();
        };
    if (verb.takes(Argument.CALL) && !writes.isEmpty() && random.nextInt(3) == 0) {
      step.with(Argument.CALL, writes.get(random.nextInt(writes.size())));
      step.with(Argument.SKIP, random.nextInt(4)); // There are fewer of them.
    }
    if (verb.takes(Argument.LAG) && !target.equals("users") && random.nextInt(4) == 0) {
      step.withMillis(Argument.LAG, random.nextLong(200, 6_000));
    }
  }

  private String any(String... of) {
    return of[random.nextInt(of.length)];
  }

  private String service() {
    return random.nextBoolean() ? "scheduler" : "controllers";
  }

  private String target(Verb verb) {
    boolean server = verb == Verb.CRASH || verb == Verb.SLEEP || clock(verb);
    // A user's request that comes long after its user went on is done, and nobody is to blame.
    boolean users =
        !server
            && !verb.word().startsWith("watch")
            && !List.of(Verb.CRASH_IN_CALL, Verb.SLEEP_IN_CALL, Verb.REQUEST_LATE, Verb.CALL_HELD)
                .contains(verb);
    List<String> targets = new ArrayList<>();
    for (int i = 0; i <= standby; i++) {
      targets.add("scheduler-" + i);
      targets.add("controllers-" + i);
      targets.add("controllers-" + i);
    }
    int kubelets = Math.min(nodes, 4);
    targets.add("kubelet-" + random.nextInt(kubelets));
    if (server) {
      targets.add("api-server");
    }
    if (users) {
      targets.add("users");
    }
    return targets.get(random.nextInt(targets.size()));
  }

  private static boolean clock(Verb verb) {
    return verb == Verb.CLOCK_JUMPS || verb == Verb.CLOCK_RATE;
  }

  /** Mostly short; long where only that matters. */
  private long time(Verb verb) {
    return switch (verb) {
      case LEADER_SLEEPS, SLEEP_IN_CALL -> random.nextLong(8_000, 20_000);
      case NODE_CUT -> random.nextLong(1_000, 65_000);
      case NODE_DIES -> random.nextLong(1_000, 50_000);
      case CLOCK_RATE -> random.nextLong(5_000, 30_000);
      case REQUEST_LATE, CALL_HELD, COMMIT_LATE -> random.nextLong(10, 8_000);
      case COMMIT_SLOW, READ_SLOW -> random.nextLong(10, 3_000);
      case READERS -> random.nextLong(500, 3_000);
      default -> random.nextInt(3) == 0 ? random.nextLong(10, 200) : random.nextLong(200, 9_000);
    };
  }
}
