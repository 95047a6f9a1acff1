package dev.capstan.client.control;

import java.time.Duration;

/** Hears what a runner does; what metrics are made of. */
public interface RunnerListener {

  /** A reconcile ended. */
  void reconciled(String controller, Outcome outcome, Duration took);

  /** Hears nothing. */
  RunnerListener NONE = (controller, outcome, took) -> {};
}
