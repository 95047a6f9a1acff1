package dev.capstan.e2e.sim.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What somebody cannot find out for a while: whether an object is there, anything at all, what an
 * engine runs. Whoever takes "cannot" for "is not" stops what is wanted. It has dice of its own, so
 * that it changes nothing but the scenarios that it adds to.
 */
final class Doubt {

  /** Every so many scenarios have it. */
  static final int EVERY = 4;

  private static final long DICE = 0x2545F4914F6CDD1DL;

  private static final List<String> CODES =
      List.of("data-loss", "data-loss", "internal", "permission-denied", "unavailable");

  private final SplittableRandom random;
  private final int nodes;
  private final int standby;
  private final List<Step> steps = new ArrayList<>();

  Doubt(long seed, int nodes, int standby) {
    this.random = new SplittableRandom(seed ^ DICE);
    this.nodes = nodes;
    this.standby = standby;
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
      Duration at = deed.at().plusMillis(random.nextLong(4_000));
      switch (random.nextInt(5)) {
        case 0, 1 -> podHidden(at);
        case 2 -> ownerHidden(at);
        case 3 -> readsFail(deed.at(), deed.verb());
        default -> engineAway(at);
      }
    }
    deeds.stream()
        .filter(deed -> deed.verb() == Verb.CLEAR)
        .forEach(deed -> readsFail(deed.at(), deed.verb()));
    for (int i = random.nextInt(2, 6); i > 0; i--) {
      lookFails(deeds.get(random.nextInt(deeds.size())).at());
    }
    return List.copyOf(steps);
  }

  /** Often its kubelet dies just then, and comes back to a container of which it sees no pod. */
  private void podHidden(Duration at) {
    String kubelet = kubelet();
    long time = random.nextLong(4_000, 20_000);
    hidden(at, kubelet, "pod", time);
    if (random.nextInt(3) > 0) {
      steps.add(
          Step.at(at.plusMillis(random.nextLong(1_000)), Verb.CRASH)
              .with(Argument.ON, kubelet)
              .withMillis(Argument.FOR, random.nextLong(100, 1_500))
              .build());
    }
  }

  /** Longer than the controllers take to give up what has lost its owner, or its node. */
  private void ownerHidden(Duration at) {
    String kind = random.nextBoolean() ? "deployment" : "node";
    long time =
        kind.equals("node") ? random.nextLong(22_000, 35_000) : random.nextLong(2_000, 9_000);
    for (int i = 0; i <= standby; i++) {
      hidden(at, "controllers-" + i, kind, time);
    }
  }

  private void hidden(Duration at, String on, String kind, long time) {
    steps.add(
        Step.at(at, Verb.OBJECT_HIDDEN)
            .with(Argument.ON, on)
            .with(Argument.CODE, code())
            .with(Argument.KIND, kind)
            .with(Argument.SKIP, random.nextInt(5))
            .withMillis(Argument.FOR, time)
            .build());
  }

  /** A namespace that goes is emptied by what can be read in it: there it is the controllers'. */
  private void readsFail(Duration at, Verb deed) {
    String code = code();
    long time = random.nextLong(2_000, 14_000);
    List<String> whose = new ArrayList<>();
    if (deed == Verb.CLEAR || random.nextBoolean()) {
      for (int i = 0; i <= standby; i++) {
        whose.add("controllers-" + i);
      }
    } else {
      whose.add(kubelet());
    }
    for (String on : whose) {
      steps.add(
          Step.at(at, Verb.READS_FAIL)
              .with(Argument.ON, on)
              .with(Argument.CODE, code)
              .withMillis(Argument.FOR, time)
              .build());
    }
  }

  private void engineAway(Duration at) {
    steps.add(
        Step.at(at, Verb.ENGINE_AWAY)
            .with(Argument.NODE, random.nextInt(nodes))
            .withMillis(Argument.FOR, random.nextLong(1_000, 9_000))
            .build());
  }

  /** Around when containers start, and are looked at more often. */
  private void lookFails(Duration at) {
    steps.add(
        Step.at(at, Verb.ENGINE_LOOK_FAILS)
            .with(Argument.NODE, random.nextInt(Math.min(nodes, 4)))
            .with(Argument.SKIP, random.nextInt(12))
            .build());
  }

  private String code() {
    return CODES.get(random.nextInt(CODES.size()));
  }

  private String kubelet() {
    return "kubelet-" + random.nextInt(Math.min(nodes, 4));
  }
}
