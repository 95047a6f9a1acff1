package dev.capstan.e2e.bench;

/** A benchmark cannot go on; the message tells its user why. */
final class BenchmarkException extends RuntimeException {

  private static final long serialVersionUID = 1;

  BenchmarkException(String message) {
    super(message);
  }
}
