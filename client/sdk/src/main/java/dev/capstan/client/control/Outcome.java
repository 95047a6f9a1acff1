package dev.capstan.client.control;

import java.time.Duration;

/** What became of reconciling one key. */
public sealed interface Outcome {

  /** Nothing left to do until something changes. */
  Outcome DONE = new Done();

  /** Nothing left to do until something changes. */
  record Done() implements Outcome {}

  /** Look again after {@code delay}, or earlier if something changes. */
  record After(Duration delay) implements Outcome {}

  /** It failed for now: again after a back-off that grows with each failure of the key. */
  record Retry(Throwable cause) implements Outcome {}

  /** It failed for good: not again until something changes. */
  record GiveUp(Throwable cause) implements Outcome {}

  /** Look again after {@code delay}. */
  static Outcome after(Duration delay) {
    return new After(delay);
  }

  /** It failed for now. */
  static Outcome retry(Throwable cause) {
    return new Retry(cause);
  }

  /** It failed for good. */
  static Outcome giveUp(Throwable cause) {
    return new GiveUp(cause);
  }
}
