package dev.capstan.ctl;

/** The person's end of the terminal. */
public interface Console {

  /**
   * Runs something when the person ends the command with Ctrl-C.
   *
   * @return ends this arrangement
   */
  AutoCloseable onInterrupt(Runnable run);

  /** Nobody is there. */
  Console NONE = run -> () -> {};
}
