package dev.capstan.apiserver.write;

import dev.capstan.api.v1.WriteOptions;
import dev.capstan.apiserver.chain.User;

/**
 * Who writes, how, and until when.
 *
 * @param deadlineNanos on the seam's monotonic clock
 */
public record Origin(User user, WriteOptions options, long deadlineNanos) {}
