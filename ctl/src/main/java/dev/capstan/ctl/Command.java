package dev.capstan.ctl;

/** One verb. */
public interface Command {

  /** How it is used. */
  Usage usage();

  /**
   * Does it.
   *
   * @return the exit code
   */
  int run(Cli cli) throws Exception;
}
