/**
 * Writes: read, decide, commit if nothing moved, else again.
 *
 * <p>A decision is a pure function of the object as it is. It is first taken on the watch cache's
 * copy; the transaction compares the version it was taken on, so that a stale copy costs a round
 * trip and never an error. That first attempt waits for nothing, so nobody waits for it; what
 * follows when it does not succeed may block, and has a thread. See {@link
 * dev.capstan.apiserver.write.Write}.
 */
@NullMarked
package dev.capstan.apiserver.write;

import org.jspecify.annotations.NullMarked;
