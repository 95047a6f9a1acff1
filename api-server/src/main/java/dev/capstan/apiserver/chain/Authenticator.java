package dev.capstan.apiserver.chain;

import dev.capstan.apiserver.peers.PeerConnection;
import dev.capstan.apiserver.peers.Peering;
import io.grpc.Metadata;
import io.grpc.ServerCall;

/** Finds out who calls. */
public interface Authenticator {

  /**
   * @throws io.grpc.StatusRuntimeException UNAUTHENTICATED if that cannot be told
   */
  User authenticate(Metadata headers);

  /** Finds out who makes a call; the connection that it came on is no stranger's any more. */
  default User authenticate(Metadata headers, ServerCall<?, ?> call) {
    User user = authenticate(headers);
    PeerConnection connection = Peering.of(call);
    if (connection != null) {
      connection.authenticated(user.name());
    }
    return user;
  }

  /** Trusts everybody; for in-process tests that are not about tokens. */
  static Authenticator trusting() {
    return headers -> new User("admin");
  }
}
