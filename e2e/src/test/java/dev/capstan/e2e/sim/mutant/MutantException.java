package dev.capstan.e2e.sim.mutant;

/** A mutant cannot be read, applied, compiled or run. */
final class MutantException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  MutantException(String message) {
    super(message);
  }
}
