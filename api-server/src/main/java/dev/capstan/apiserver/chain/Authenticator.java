package dev.capstan.apiserver.chain;

import io.grpc.Metadata;

/** Finds out who calls. */
public interface Authenticator {

  /**
   * @throws io.grpc.StatusRuntimeException UNAUTHENTICATED if that cannot be told
   */
  User authenticate(Metadata headers);

  /** Trusts everybody; for in-process tests that are not about tokens. */
  static Authenticator trusting() {
    return headers -> new User("admin");
  }
}
