package dev.capstan.apiserver.write;

import com.google.protobuf.Message;
import dev.capstan.kvstore.Txn;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.function.Supplier;

/** What a decision wants done with an object. */
sealed interface Change {

  /**
   * Store this instead.
   *
   * @param freesSpace passes even when space is short: without it nothing could be deleted
   * @param condition what else must hold
   */
  record Put(Message object, boolean freesSpace, Condition condition) implements Change {
    Put(Message object) {
      this(object, false, Condition.NONE);
    }
  }

  /** Remove it from the store. */
  record Remove(Message last) implements Change {}

  /** It already is as wanted. */
  record Keep() implements Change {}

  /**
   * Compares on keys other than the object's.
   *
   * @param otherwise the error if they do not hold
   */
  record Condition(List<Txn.Compare> compares, Supplier<StatusRuntimeException> otherwise) {
    static final Condition NONE =
        new Condition(
            List.of(),
            () -> {
              throw new IllegalStateException("refused for no reason");
            });
  }
}
