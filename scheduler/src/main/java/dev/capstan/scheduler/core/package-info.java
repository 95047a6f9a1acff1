/**
 * The decisions of the scheduler, without I/O: an incremental picture of the cluster, filters and
 * scores, and classes of equal pods that are evaluated once. Everything here is deterministic and
 * driven by one thread.
 */
@NullMarked
package dev.capstan.scheduler.core;

import org.jspecify.annotations.NullMarked;
