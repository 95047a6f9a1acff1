package dev.capstan.e2e.sim.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What luck alone seldom brings about: a component's write is on its way just while a user changes
 * what it was decided on.
 */
final class Coincidence {

  /** What makes controllers write. */
  private static final Set<Verb> ROLLS =
      Set.of(Verb.UPDATE, Verb.SCALE, Verb.ROLLBACK, Verb.PAUSE, Verb.RESUME);

  /** What makes pods that want a place. */
  private static final Set<Verb> MAKES_PODS =
      Set.of(
          Verb.DEPLOY,
          Verb.SCALE,
          Verb.UPDATE,
          Verb.REDEPLOY,
          Verb.DELETE_PODS,
          Verb.POD,
          Verb.REPOD,
          Verb.DRAIN,
          Verb.UNCORDON);

  /** What takes a place away that a pod may be on its way to. */
  private static final Set<Verb> TAKES_PLACES =
      Set.of(Verb.REJOIN, Verb.CORDON, Verb.DRAIN, Verb.UNPOD, Verb.REPOD);

  /** What lets controllers take something away. */
  private static final Set<Verb> REMOVES =
      Set.of(Verb.UNDEPLOY, Verb.REDEPLOY, Verb.SCALE, Verb.UPDATE, Verb.CLEAR, Verb.REJOIN);

  private static final List<String> WRITES =
      List.of("create", "create", "create", "delete", "patch", "status");

  private record Kind(Predicate<Step> deeds, Consumer<Step> make) {}

  private final SplittableRandom random;
  private final int nodes;
  private final int standby;
  private final List<Step> steps = new ArrayList<>();
  private List<Step> deeds = List.of();
  private final List<Kind> kinds =
      List.of(
          new Kind(this::isRegretted, this::slowControllers),
          new Kind(this::isRegretted, this::slowControllers),
          new Kind(this::isRegretted, this::slowKubelets),
          new Kind(this::isPaused, this::slowKubelets),
          new Kind(this::isPaused, this::slowKubelets),
          new Kind(any(ROLLS), this::lateSize),
          new Kind(any(MAKES_PODS), this::deafScheduler),
          new Kind(this::crowds, this::deafScheduler),
          new Kind(any(TAKES_PLACES), this::slowBinding),
          new Kind(any(Set.of(Verb.REJOIN)), this::slowBinding),
          new Kind(any(REMOVES), this::sleepingRemover));

  Coincidence(SplittableRandom random, int nodes, int standby) {
    this.random = random;
    this.nodes = nodes;
    this.standby = standby;
  }

  /** One kind, around up to three of the deeds that it can meet; nothing if there is none. */
  List<Step> steps(List<Step> all) {
    deeds = all;
    List<Kind> possible = kinds.stream().filter(kind -> !met(kind).isEmpty()).toList();
    if (!possible.isEmpty()) {
      Kind kind = possible.get(random.nextInt(possible.size()));
      List<Step> met = met(kind);
      int count = random.nextInt(1, 4);
      for (int i = 0; i < count; i++) {
        kind.make().accept(met.get(random.nextInt(met.size())));
      }
    }
    return List.copyOf(steps);
  }

  private List<Step> met(Kind kind) {
    return deeds.stream().filter(kind.deeds()).toList();
  }

  private static Predicate<Step> any(Set<Verb> verbs) {
    return deed -> verbs.contains(deed.verb());
  }

  /** The user soon wants something else. */
  private boolean isRegretted(Step deed) {
    return ROLLS.contains(deed.verb()) && untilNext(deed).toMillis() < 3_000;
  }

  /** An update that is paused before it is done. */
  private boolean isPaused(Step deed) {
    return deed.verb() == Verb.UPDATE
        && isRegretted(deed)
        && next(deed).filter(next -> next.verb() == Verb.PAUSE).isPresent();
  }

  /** Until the same user does the next thing. */
  private Duration untilNext(Step deed) {
    return next(deed).map(next -> next.at().minus(deed.at())).orElse(Duration.ofHours(1));
  }

  private Optional<Step> next(Step deed) {
    return deeds.subList(deeds.indexOf(deed) + 1, deeds.size()).stream()
        .filter(next -> next.text(Argument.USER).equals(deed.text(Argument.USER)))
        .findFirst();
  }

  /** Frees places while there are more pods than the nodes may have room for. */
  private boolean crowds(Step deed) {
    int index = deeds.indexOf(deed);
    Step before = deeds.get(Math.max(0, index - 1));
    return deed.verb() == Verb.DELETE_PODS
        && before.verb() == Verb.SCALE
        && before.number(Argument.REPLICAS) > 4 * nodes;
  }

  private Step.Builder at(Step deed, long leastMillis, long mostMillis, Verb verb) {
    Duration at = deed.at().plusMillis(random.nextLong(leastMillis, mostMillis));
    return Step.at(at.isNegative() ? Duration.ZERO : at, verb);
  }

  private String one(String service) {
    return service + "-" + random.nextInt(standby + 1);
  }

  private void add(Step.Builder step) {
    steps.add(step.build());
  }

  /** Whoever leads: a write of the controllers is on its way for longer than the user waits. */
  private void slowControllers(Step deed) {
    String call = WRITES.get(random.nextInt(WRITES.size()));
    int skip = random.nextInt(3);
    long wait = untilNext(deed).toMillis();
    for (int i = 0; i <= standby; i++) {
      add(
          at(deed, -10, 60, Verb.CALL_HELD)
              .with(Argument.ON, "controllers-" + i)
              .with(Argument.SKIP, skip)
              .with(Argument.CALL, call)
              .withMillis(Argument.FOR, wait + random.nextLong(200, 5_000)));
    }
  }

  /** What has ended is still there for a while. */
  private void slowKubelets(Step deed) {
    String call = random.nextBoolean() ? "delete" : "status";
    long wait = untilNext(deed).toMillis();
    for (int i = 0; i < Math.min(nodes, 4); i++) {
      add(
          at(deed, -10, 60, Verb.CALL_HELD)
              .with(Argument.ON, "kubelet-" + i)
              .with(Argument.CALL, call)
              .withMillis(Argument.FOR, wait + random.nextLong(500, 6_000)));
    }
  }

  /** A size that was given up arrives when another one is right. */
  private void lateSize(Step deed) {
    for (int i = 0; i <= standby; i++) {
      add(
          at(deed, -10, 20, Verb.REQUEST_LATE)
              .with(Argument.ON, "controllers-" + i)
              .with(Argument.SKIP, random.nextInt(2))
              .with(Argument.CALL, "patch")
              .withMillis(Argument.FOR, random.nextLong(500, 9_000)));
    }
  }

  /** The scheduler hears neither what became of a binding nor sees it. */
  private void deafScheduler(Step deed) {
    for (int i = 0; i <= standby; i++) {
      add(
          at(deed, -10, 100, Verb.REPLY_LOST)
              .with(Argument.ON, "scheduler-" + i)
              .with(Argument.SKIP, random.nextInt(2))
              .with(Argument.CALL, "bind")
              .withMillis(Argument.LAG, random.nextLong(1_000, 8_000)));
    }
  }

  private void slowBinding(Step deed) {
    for (int i = 0; i <= standby; i++) {
      add(
          at(deed, -600, 10, Verb.CALL_HELD)
              .with(Argument.ON, "scheduler-" + i)
              .with(Argument.CALL, "bind")
              .withMillis(Argument.FOR, random.nextLong(100, 1_500)));
    }
  }

  /** One stands still in a removal; another leads meanwhile and does not see yet what is left. */
  private void sleepingRemover(Step deed) {
    String sleeper = one("controllers");
    add(
        at(deed, -20, 20, Verb.SLEEP_IN_CALL)
            .with(Argument.ON, sleeper)
            .with(Argument.SKIP, random.nextInt(3))
            .with(Argument.CALL, random.nextInt(4) > 0 ? "delete" : "create")
            .withMillis(Argument.FOR, random.nextLong(8_000, 20_000)));
    for (int i = 0; i <= standby; i++) {
      if (!sleeper.equals("controllers-" + i)) {
        add(
            at(deed, -20, 20, Verb.WATCH_LAGS)
                .with(Argument.ON, "controllers-" + i)
                .withMillis(Argument.FOR, random.nextLong(8_000, 22_000)));
      }
    }
  }
}
