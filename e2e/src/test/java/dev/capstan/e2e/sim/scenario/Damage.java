package dev.capstan.e2e.sim.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Values in the store that nobody can read, until somebody mends them or deletes the object. Often
 * those who act on them begin anew meanwhile, or the server does and does not know any more what
 * stood there. It has dice of its own, so that it changes nothing but the scenarios that it adds
 * to.
 */
final class Damage {

  /** Every so many scenarios have it, and none that is in {@link Doubt}. */
  static final int EVERY = 4;

  private static final int WHICH = 2;
  private static final long DICE = 0x44616D616765L;

  private static final List<String> KINDS =
      List.of("pod", "pod", "pod", "replicaset", "replicaset", "node", "deployment");

  /** Somebody who takes a node out expects it to stay so. */
  private static final Set<Verb> OF_NODES = EnumSet.of(Verb.CORDON, Verb.DRAIN);

  private final SplittableRandom random;
  private final int nodes;
  private final int standby;
  private final List<Step> steps = new ArrayList<>();

  Damage(long seed, int nodes, int standby) {
    this.random = new SplittableRandom(seed ^ DICE);
    this.nodes = nodes;
    this.standby = standby;
  }

  static boolean strikes(long seed) {
    return Math.floorMod(seed, EVERY) == WHICH;
  }

  /**
   * Faults around what users do.
   *
   * @param deeds in the order of their times, for each user
   */
  List<Step> steps(List<Step> deeds) {
    int count = random.nextInt(2, 5);
    for (int i = 0; i < count; i++) {
      Step deed = deeds.get(random.nextInt(deeds.size()));
      Duration at = deed.at().plusMillis(random.nextLong(5_000));
      String kind = KINDS.get(random.nextInt(KINDS.size()));
      boolean deleted = mayBeDeleted(kind, deeds) && random.nextBoolean();
      steps.add(
          Step.at(at, Verb.VALUE_DAMAGED)
              .with(Argument.KIND, kind)
              .with(Argument.SKIP, random.nextInt(6))
              .with(Argument.END, deleted ? "deleted" : "mended")
              .withMillis(Argument.FOR, time())
              .build());
      meanwhile(kind, at.plusMillis(random.nextLong(1, 1_500)));
    }
    if (random.nextInt(3) == 0) {
      newsRefused(deeds.getFirst().at());
    }
    return List.copyOf(steps);
  }

  /** Only what somebody makes anew, just as it was: then the end is the same. */
  private static boolean mayBeDeleted(String kind, List<Step> deeds) {
    return switch (kind) {
      case "pod" -> true;
      case "node" -> deeds.stream().noneMatch(deed -> OF_NODES.contains(deed.verb()));
      // To which revision a rollback leads depends on which sets there are.
      case "replicaset" -> deeds.stream().noneMatch(deed -> deed.verb() == Verb.ROLLBACK);
      default -> false;
    };
  }

  /** Sometimes longer than the controllers take to give up what has lost its node. */
  private long time() {
    return random.nextInt(4) == 0 ? random.nextLong(15_000, 30_000) : random.nextLong(500, 9_000);
  }

  private void meanwhile(String kind, Duration at) {
    switch (random.nextInt(4)) {
      case 0 -> forgotten(at);
      case 1 -> crash(at, kind.equals("pod") ? kubelet() : controllers());
      case 2 ->
          steps.add(
              Step.at(at, Verb.WATCH_COMPACTED)
                  .with(Argument.ON, random.nextBoolean() ? kubelet() : controllers())
                  .build());
      default -> {
        // It is enough.
      }
    }
  }

  /**
   * While the first containers start a pod is written behind its kubelet's back: what the kubelet
   * says of it next is refused, and it cannot find out why.
   */
  private void newsRefused(Duration begin) {
    for (int i = 0; i < Math.min(nodes, 4); i++) {
      for (int j = 0; j < 2; j++) {
        steps.add(
            Step.at(begin, Verb.START_HANGS)
                .with(Argument.NODE, i)
                .withMillis(Argument.FOR, random.nextLong(3_000, 5_000))
                .build());
      }
      Duration at = begin.plusMillis(1_500);
      long time = random.nextLong(6_000, 9_000);
      steps.add(
          Step.at(at, Verb.WATCH_LAGS)
              .with(Argument.ON, "kubelet-" + i)
              .withMillis(Argument.FOR, time)
              .build());
      steps.add(
          Step.at(at, Verb.READS_FAIL)
              .with(Argument.ON, "kubelet-" + i)
              .with(Argument.CODE, "data-loss")
              .withMillis(Argument.FOR, time)
              .build());
    }
    steps.add(
        Step.at(begin.plusMillis(random.nextLong(1_500, 2_200)), Verb.VALUE_DAMAGED)
            .with(Argument.KIND, "pod")
            .with(Argument.SKIP, random.nextInt(6))
            .with(Argument.END, "mended")
            .withMillis(Argument.FOR, random.nextLong(200, 600))
            .build());
  }

  /** The server comes back and finds nothing older than the damage. */
  private void forgotten(Duration at) {
    steps.add(Step.at(at, Verb.STORE_COMPACTED).build());
    crash(at.plusMillis(1), "api-server");
  }

  private void crash(Duration at, String on) {
    steps.add(
        Step.at(at, Verb.CRASH)
            .with(Argument.ON, on)
            .withMillis(Argument.FOR, random.nextLong(100, 1_500))
            .build());
  }

  private String controllers() {
    return "controllers-" + random.nextInt(standby + 1);
  }

  private String kubelet() {
    return "kubelet-" + random.nextInt(Math.min(nodes, 4));
  }
}
