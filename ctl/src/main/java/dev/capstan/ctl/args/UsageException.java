package dev.capstan.ctl.args;

/** The command line itself is wrong; the message says how. */
public final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With what is printed after {@code error: }. */
  public UsageException(String message) {
    super(message, null, false, false);
  }
}
