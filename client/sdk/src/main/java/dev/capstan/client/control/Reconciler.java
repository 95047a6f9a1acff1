package dev.capstan.client.control;

import dev.capstan.client.Api;
import dev.capstan.client.cache.Snapshot;
import dev.capstan.seam.Clock;
import java.time.Instant;
import java.util.List;

/**
 * Brings what one key names nearer to what is wanted.
 *
 * @param <K> names a unit of work; a value with equals and hashCode
 */
@FunctionalInterface
public interface Reconciler<K> {

  /**
   * Never called for the same key on two threads at once, nor before the caches have seen the key's
   * own last write.
   *
   * <p>An {@link dev.capstan.client.ApiException} that comes out counts as {@link Outcome.Retry},
   * except that Conflict waits for the version that won rather than for time, and Fenced ends the
   * runner. Other runtime exceptions count as Retry, too, and are logged with their stack.
   *
   * @param world whole at one revision
   * @param api for writes; the runner hears of them and keeps the key back until the caches have
   *     seen them
   */
  Outcome reconcile(K key, Snapshot world, Api api) throws InterruptedException;

  /**
   * What to do about a key.
   *
   * @param actions in order
   * @param then if all of them succeed
   */
  record Decision<A>(List<A> actions, Outcome then) {

    /** Do these, then done. */
    public static <A> Decision<A> of(List<A> actions) {
      return new Decision<>(List.copyOf(actions), Outcome.DONE);
    }

    /** Do nothing. */
    public static <A> Decision<A> nothing() {
      return new Decision<>(List.of(), Outcome.DONE);
    }
  }

  /** The pure half: no I/O, no clock, no chance. */
  @FunctionalInterface
  interface Decider<K, A> {
    /**
     * What to do about {@code key}.
     *
     * @param world whole at one revision
     */
    Decision<A> decide(K key, Snapshot world, Instant now);
  }

  /** The other half: does the actions. */
  @FunctionalInterface
  interface Applier<A> {
    /** Does the actions in order; an exception ends it. */
    void apply(List<A> actions, Api api) throws InterruptedException;
  }

  /** A reconciler of two halves. */
  static <K, A> Reconciler<K> of(Decider<K, A> decider, Applier<A> applier, Clock clock) {
    return (key, world, api) -> {
      Decision<A> decision = decider.decide(key, world, clock.now());
      if (!decision.actions().isEmpty()) {
        applier.apply(decision.actions(), api);
      }
      return decision.then();
    };
  }
}
