package dev.capstan.e2e.sim.check;

import java.util.List;

/**
 * One revision.
 *
 * @param nanos simulated time at which it took effect
 * @param edits of objects, in the order of the group
 */
record Commit(long revision, long nanos, List<Edit> edits) {}
