/**
 * What must hold of a simulated cluster, after every revision and at the end. Passive: it is told
 * what happened and knows nothing of who told it.
 */
@NullMarked
package dev.capstan.e2e.sim.check;

import org.jspecify.annotations.NullMarked;
