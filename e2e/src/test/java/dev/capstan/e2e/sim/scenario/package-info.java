/** What happens in a simulated run, as data: generated from a seed, written down, read back. */
@NullMarked
package dev.capstan.e2e.sim.scenario;

import org.jspecify.annotations.NullMarked;
