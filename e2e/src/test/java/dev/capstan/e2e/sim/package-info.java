/** The whole control plane in one JVM, on one thread, in an order that a seed decides. */
@NullMarked
package dev.capstan.e2e.sim;

import org.jspecify.annotations.NullMarked;
