package dev.capstan.kubelet.runtime;

/** An engine's refusal or silence, classified once where it is met. */
public final class RuntimeFault extends Exception {

  private static final long serialVersionUID = 1L;

  /** What can be done about it. */
  public enum Kind {
    /**
     * The engine cannot be reached or does not answer: the call may have happened; try again later.
     */
    UNAVAILABLE,
    /**
     * The engine answered that it failed, for a reason that is not known here. Least trusted: it
     * may answer so for ever.
     */
    FAILED,
    /** The container is not there (any more). */
    GONE,
    /** A foreign container has the name. */
    CONFLICT,
    /** The image is not there. */
    NO_IMAGE,
    /** The image cannot be pulled. */
    PULL_FAILED,
    /** The engine refuses the specification. */
    INVALID,
    /** The container's command cannot be run. */
    CANNOT_START,
    /** A host port is taken. */
    PORT_IN_USE
  }

  private final Kind kind;

  public RuntimeFault(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public RuntimeFault(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** The engine's words, in one line. */
  public String words() {
    String message = getMessage();
    return message == null ? kind.name() : message;
  }
}
