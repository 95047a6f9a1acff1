/** Bugs put in on purpose, and whether the simulation finds them. */
@NullMarked
package dev.capstan.e2e.sim.mutant;

import org.jspecify.annotations.NullMarked;
