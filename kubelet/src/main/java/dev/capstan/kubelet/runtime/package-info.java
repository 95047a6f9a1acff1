/** What a node asks of a container engine: a small interface, its contract and its vocabulary. */
@NullMarked
package dev.capstan.kubelet.runtime;

import org.jspecify.annotations.NullMarked;
