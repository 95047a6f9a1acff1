package dev.capstan.kubelet.runtime;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A container in full, as it was when it was looked at.
 *
 * @param id the engine's id
 * @param ref whose it is
 * @param state where in its life it is
 * @param specDigest digest of what it was made from
 * @param restartStep the back-off step it was started at, see {@code RestartBackoff}
 * @param address its pod's address
 * @param image reference it was made from
 * @param imageId the engine's id of the image; may be empty in the answer to its creation
 * @param startedAt null if it never started
 * @param finishedAt null unless it has ended
 * @param exitCode meaningless unless it has ended
 * @param oomKilled the kernel killed one of its processes for lack of memory
 * @param error the engine's words on why it could not start; empty if there are none
 */
public record ContainerView(
    String id,
    ContainerRef ref,
    State state,
    String specDigest,
    int restartStep,
    String address,
    String image,
    String imageId,
    @Nullable Instant startedAt,
    @Nullable Instant finishedAt,
    int exitCode,
    boolean oomKilled,
    String error) {

  /** Where in its life a container is. */
  public enum State {
    /** Made, never started. */
    CREATED,
    /** Running, or paused. */
    RUNNING,
    /** Ended, or could not be started. */
    ENDED
  }
}
