/**
 * What is known of each kind: defaults, validation, what may change, what deletion means. The
 * server asks; commands ask the same where no look at the cluster is needed.
 *
 * <p>What all kinds share (metadata, options on fields) is done once, driven by descriptors; a
 * {@link dev.capstan.kinds.Strategy} adds what is particular to one kind.
 */
@NullMarked
package dev.capstan.kinds;

import org.jspecify.annotations.NullMarked;
