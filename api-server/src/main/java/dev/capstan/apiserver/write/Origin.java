package dev.capstan.apiserver.write;

import dev.capstan.api.v1.WriteOptions;
import dev.capstan.apiserver.chain.User;

/**
 * Who writes, how, and until when.
 *
 * @param unknownFields what is written has fields that this version does not know
 * @param deadlineNanos on the seam's monotonic clock
 */
public record Origin(User user, WriteOptions options, boolean unknownFields, long deadlineNanos) {

  /** Who sends nothing but what this version knows. */
  public Origin(User user, WriteOptions options, long deadlineNanos) {
    this(user, options, false, deadlineNanos);
  }
}
