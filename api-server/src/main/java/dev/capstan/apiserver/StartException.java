package dev.capstan.apiserver;

/** The server cannot start for a reason that its operator can remove; the message says which. */
final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StartException(String message) {
    super(message);
  }
}
