package dev.capstan.apiserver.handler;

import dev.capstan.apiserver.chain.User;

/**
 * What is known of one call beside its request.
 *
 * @param user who calls
 * @param method full gRPC method name, "capstan.v1.Pods/Create"
 * @param clientVersion what the header capstan-version said; empty if it was missing
 * @param unknownFields the object in the request has fields that this version does not know; only
 *     updates of objects come so far with them
 * @param deadlineNanos when the client gives up, on the seam's monotonic clock
 */
public record Call(
    User user, String method, String clientVersion, boolean unknownFields, long deadlineNanos) {

  /** The same call, with an object that has fields which this version does not know. */
  Call withUnknownFields() {
    return new Call(user, method, clientVersion, true, deadlineNanos);
  }
}
