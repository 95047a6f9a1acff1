package dev.capstan.e2e.sim.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Several faults that strike the same component within moments, around something a user does. */
final class Burst {

  private final SplittableRandom random;
  private final int nodes;
  private final int standby;
  private final List<Step> steps = new ArrayList<>();

  Burst(SplittableRandom random, int nodes, int standby) {
    this.random = random;
    this.nodes = nodes;
    this.standby = standby;
  }

  /** Around {@code deed}, which is the moment of what the user does. */
  List<Step> around(Duration deed) {
    switch (random.nextInt(8)) {
      case 0, 1 -> takeover(deed);
      case 2 -> lostAnswers(deed);
      case 3 -> oldServer(deed);
      case 4 -> relist(deed);
      case 5 -> deafUser(deed);
      case 6 -> slowStore(deed);
      default -> blind(deed);
    }
    return List.copyOf(steps);
  }

  private Step.Builder at(Duration deed, long leastMillis, long mostMillis, Verb verb) {
    Duration at = deed.plusMillis(random.nextLong(leastMillis, mostMillis));
    return Step.at(at.isNegative() ? Duration.ZERO : at, verb);
  }

  private void add(Step.Builder step) {
    steps.add(step.build());
  }

  private String service() {
    return random.nextBoolean() ? "scheduler" : "controllers";
  }

  private String component() {
    return switch (random.nextInt(4)) {
      case 0 -> "scheduler-" + random.nextInt(standby + 1);
      case 1 -> "controllers-" + random.nextInt(standby + 1);
      default -> "kubelet-" + random.nextInt(Math.min(nodes, 4));
    };
  }

  /**
   * The leader goes while its successor's watch lags behind, from the middle of some work on: what
   * the successor sees is a moment at which something was left to do.
   */
  private void takeover(Duration deed) {
    String service = service();
    for (int i = 0; i <= standby; i++) {
      add(
          at(deed, 0, 2, Verb.WATCH_LAGS)
              .with(Argument.ON, service + "-" + i)
              .with(Argument.STEPS, random.nextInt(200))
              .withMillis(Argument.FOR, random.nextLong(8_000, 20_000)));
    }
    if (random.nextBoolean()) {
      add(
          at(deed, 0, 1500, Verb.LEADER_SLEEPS)
              .with(Argument.SERVICE, service)
              .withMillis(Argument.FOR, random.nextLong(8_000, 20_000)));
    } else {
      add(
          at(deed, 0, 1500, Verb.CRASH)
              .with(Argument.ON, service + "-" + random.nextInt(standby + 1))
              .with(Argument.STEPS, random.nextInt(60))
              .withMillis(Argument.FOR, random.nextLong(200, 12_000)));
    }
  }

  /** One does not hear what became of its calls, and sees late what came of them. */
  private void lostAnswers(Duration deed) {
    String on = component();
    add(
        at(deed, -20, 100, Verb.WATCH_LAGS)
            .with(Argument.ON, on)
            .withMillis(Argument.FOR, random.nextLong(1_000, 9_000)));
    int count = random.nextInt(2, 5);
    for (int i = 0; i < count; i++) {
      Verb verb =
          List.of(Verb.REPLY_LOST, Verb.REPLY_LOST, Verb.REQUEST_LOST, Verb.REQUEST_LATE)
              .get(random.nextInt(4));
      Step.Builder step =
          at(deed, -20, 300, verb).with(Argument.ON, on).with(Argument.SKIP, random.nextInt(3));
      if (verb == Verb.REQUEST_LATE) {
        step.withMillis(Argument.FOR, random.nextLong(10, 6_000));
      }
      add(step);
    }
  }

  /** A server that starts anew hears late from the store. */
  private void oldServer(Duration deed) {
    add(
        at(deed, -300, 10, Verb.STORE_WATCH_LAGS)
            .withMillis(Argument.FOR, random.nextLong(1_000, 8_000)));
    if (random.nextBoolean()) {
      add(
          at(deed, 0, 1_000, Verb.CRASH)
              .with(Argument.ON, "api-server")
              .withMillis(Argument.FOR, random.nextLong(100, 1_000)));
    }
    add(
        at(deed, 0, 2_000, Verb.WATCH_AWAY)
            .with(Argument.ON, component())
            .withMillis(Argument.FOR, random.nextLong(500, 4_000)));
  }

  /** One misses what happens and has to list anew. */
  private void relist(Duration deed) {
    String on = component();
    add(at(deed, -400, -1, Verb.WATCH_COMPACTED).with(Argument.ON, on));
    add(
        at(deed, -400, 0, Verb.WATCH_AWAY)
            .with(Argument.ON, on)
            .withMillis(Argument.FOR, random.nextLong(1_000, 9_000)));
  }

  /** One sees nothing for longer than a node may be silent. */
  private void blind(Duration deed) {
    String on = random.nextInt(3) == 0 ? component() : "controllers-" + random.nextInt(standby + 1);
    add(
        at(deed, -2_000, 2_000, Verb.WATCH_LAGS)
            .with(Argument.ON, on)
            .withMillis(Argument.FOR, random.nextLong(48_000, 75_000)));
  }

  /** A user does not hear what became of what they create, and perhaps neither does the server. */
  private void deafUser(Duration deed) {
    int count = random.nextInt(2, 5);
    for (int i = 0; i < count; i++) {
      if (random.nextInt(3) == 0) {
        add(at(deed, -20, 50, Verb.COMMIT_REPLY_LOST).with(Argument.SKIP, random.nextInt(3)));
      } else {
        add(
            at(deed, -20, 300, Verb.REPLY_LOST)
                .with(Argument.ON, "users")
                .with(Argument.CALL, "create"));
      }
    }
  }

  /** The store answers late, in another order than it was asked, while many read. */
  private void slowStore(Duration deed) {
    add(at(deed, -200, 0, Verb.READERS).withMillis(Argument.FOR, random.nextLong(1_000, 4_000)));
    int count = random.nextInt(3, 8);
    for (int i = 0; i < count; i++) {
      Verb verb = random.nextInt(3) == 0 ? Verb.COMMIT_SLOW : Verb.READ_SLOW;
      add(
          at(deed, -200, 2_000, verb)
              .with(Argument.SKIP, random.nextInt(3))
              .withMillis(Argument.FOR, random.nextLong(50, 1_500)));
    }
  }
}
