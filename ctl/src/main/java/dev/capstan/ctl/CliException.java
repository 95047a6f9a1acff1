package dev.capstan.ctl;

/** The command cannot do what it was asked; the message is printed to standard error as it is. */
public final class CliException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int code;

  private CliException(String message, int code) {
    super(message, null, false, false);
    this.code = code;
  }

  /** Printed as {@code error: message}; exit code 1. */
  public static CliException error(String message) {
    return new CliException(message.isEmpty() ? "" : "error: " + message, 1);
  }

  /** Printed as it is; exit code 1. */
  public static CliException plain(String message) {
    return new CliException(message, 1);
  }

  /** Everything has been said already. */
  public static CliException silent(int code) {
    return new CliException("", code);
  }

  /** What the process exits with. */
  public int code() {
    return code;
  }
}
