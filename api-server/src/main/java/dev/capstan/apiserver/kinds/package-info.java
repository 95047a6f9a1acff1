/**
 * What the server knows of each kind: defaults, validation, what may change, what deletion means.
 *
 * <p>What all kinds share (metadata, options on fields) is done once, driven by descriptors; a
 * {@link dev.capstan.apiserver.kinds.Strategy} adds what is particular to one kind.
 */
@NullMarked
package dev.capstan.apiserver.kinds;

import org.jspecify.annotations.NullMarked;
