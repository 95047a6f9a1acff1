package dev.capstan.kubelet.runtime;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a log.
 *
 * @param follow go on until the container ends
 * @param tailLines the last lines only; null for all, 0 for none of the past
 * @param since pieces at or after this time only; null for all
 */
public record LogQuery(boolean follow, @Nullable Long tailLines, @Nullable Instant since) {}
