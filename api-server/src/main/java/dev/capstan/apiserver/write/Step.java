package dev.capstan.apiserver.write;

import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.Txn;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a write does next; see {@link Write}. What fails is thrown by what leads to the next step.
 */
sealed interface Step {

  /** It is over. */
  record Done(Written written) implements Step {}

  /**
   * Commit this.
   *
   * @param then what follows from the outcome; never blocks and takes microseconds
   */
  record Commit(
      Target target, Txn txn, boolean freesSpace, long deadlineNanos, Function<Result, Step> then)
      implements Step {}

  /** Ask the store, or do what takes long. */
  record Slow(Supplier<Step> next) implements Step {}
}
