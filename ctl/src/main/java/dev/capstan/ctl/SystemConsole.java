package dev.capstan.ctl;

/** The terminal that the process runs in. */
final class SystemConsole implements Console {

  /** A hook of the JVM's end: Main halts at its regular end, so that only signals run it. */
  @Override
  public AutoCloseable onInterrupt(Runnable run) {
    Thread hook = new Thread(run, "interrupted");
    Runtime.getRuntime().addShutdownHook(hook);
    return () -> {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        return; // The end has begun: the hook runs.
      }
    };
  }
}
