package dev.capstan.controller;

import dev.capstan.client.ApiException;
import dev.capstan.client.control.Outcome;
import java.time.Duration;
import java.util.Optional;

/** What a reconciliation comes to. */
public final class Outcomes {

  private Outcomes() {}

  /** Again after a failed write; else after the time asked for; else when something changes. */
  public static Outcome of(Optional<ApiException> fault, Optional<Duration> lookAgain) {
    if (fault.isPresent()) {
      return Outcome.retry(fault.get());
    }
    return lookAgain.map(Outcome::after).orElse(Outcome.DONE);
  }
}
