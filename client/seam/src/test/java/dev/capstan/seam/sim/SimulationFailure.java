package dev.capstan.seam.sim;

import org.jspecify.annotations.Nullable;

/** A simulation failed; the message says how to repeat it and what everybody was doing. */
public final class SimulationFailure extends AssertionError {

  SimulationFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
