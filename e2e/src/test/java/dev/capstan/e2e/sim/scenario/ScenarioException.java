package dev.capstan.e2e.sim.scenario;

/** A scenario that makes no sense; the message says where and what was expected. */
public final class ScenarioException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public ScenarioException(String message) {
    super(message);
  }
}
