package dev.capstan.e2e.sim.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What one user does, thought of step by step. */
abstract class Script {

  final SplittableRandom random;
  private final String user;
  private final Duration length;
  private final List<Step> steps = new ArrayList<>();
  private Duration now = Duration.ofMillis(200);

  /**
   * @param length about as long as it takes
   */
  Script(SplittableRandom random, String user, Duration length) {
    this.random = random;
    this.user = user;
    this.length = length;
  }

  /** The steps so far. */
  final List<Step> written() {
    return List.copyOf(steps);
  }

  /** Mostly a short while, sometimes none: the next thing is done before the last is finished. */
  final void pass() {
    long mean = length.toMillis() / 8;
    now = now.plusMillis(random.nextInt(3) == 0 ? 1 : random.nextLong(1, 2 * mean));
  }

  /** The next thing is done at once. */
  final void atOnce() {
    now = now.plusMillis(1);
  }

  /** The next thing is done within moments, so many milliseconds later. */
  final void soon(int least, int most) {
    now = now.plusMillis(random.nextInt(least, most));
  }

  /** Something that the user does now. */
  final Step.Builder step(Verb verb) {
    return Step.at(now, verb).with(Argument.USER, user);
  }

  final void add(Step.Builder step) {
    steps.add(step.build());
  }

  final boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  final <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
