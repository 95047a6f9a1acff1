package dev.capstan.apiserver.chain;

/** Decides whether a user may do something. */
public interface Authorizer {

  /**
   * Must not block: most calls are authorized on the transport's thread.
   *
   * @throws io.grpc.StatusRuntimeException PERMISSION_DENIED if not
   */
  void authorize(User user, Question question);

  /**
   * Everybody who has the token may do everything: the rule while the server binds to loopback
   * only.
   */
  static Authorizer allowAll() {
    return (user, question) -> {};
  }
}
