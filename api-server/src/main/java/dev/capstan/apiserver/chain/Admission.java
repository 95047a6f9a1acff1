package dev.capstan.apiserver.chain;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a valid write once more, with the object as it is and as it would be, and may refuse it.
 */
public interface Admission {

  /**
   * A write about to be committed.
   *
   * @param user who writes
   * @param verb CREATE, UPDATE or DELETE
   * @param old as it is; null for a create
   * @param fresh as it would be; null if it would go at once
   */
  record Review(User user, Verb verb, Kind kind, @Nullable Message old, @Nullable Message fresh) {}

  /**
   * Must not block: small writes are reviewed on the transport's thread.
   *
   * @throws io.grpc.StatusRuntimeException if the write must not be made
   */
  void review(Review review);
}
