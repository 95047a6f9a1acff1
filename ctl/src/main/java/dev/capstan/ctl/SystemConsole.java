package dev.capstan.ctl;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The terminal that the process runs in. */
final class SystemConsole implements Console {

  /** Asks stty: the JDK does not tell a terminal's size. */
  @Override
  public int columns() {
    try {
      Process stty =
          new ProcessBuilder("stty", "size")
              .redirectInput(new File("/dev/tty"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      String[] words = size.strip().split(" ");
      return words.length == 2 ? Integer.parseInt(words[1]) : 0;
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

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
