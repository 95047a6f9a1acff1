package dev.capstan.e2e.sim.mutant;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the simulation in a JVM of its own, with a mutant's classes in front of everybody's.
 *
 * @param main class that takes {@code --seeds FROM..TO}, exits with 0 if all pass, and with 1 after
 *     a line {@code FAILED seed=S invariant=I …}
 * @param from first seed
 * @param to last seed
 * @param limitSeconds after which it is ended
 */
record MutantJvm(String main, long from, long to, long limitSeconds) {

  private static final Pattern FAILED = Pattern.compile("FAILED seed=(\\d+) invariant=(\\S+).*");
  private static final int LAST_LINES = 20;

  /** Runs it to its end. */
  Verdict run(Path classes) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens",
                "java.base/java.lang=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-cp",
                classes + System.getProperty("path.separator") + classPath(),
                main,
                "--seeds",
                from + ".." + to)
            .redirectErrorStream(true)
            .start();
    Thread guard = Thread.ofPlatform().daemon().start(() -> endInTime(process));
    try {
      List<String> lines = lines(process);
      return verdict(process.waitFor(), lines);
    } finally {
      process.destroyForcibly();
      guard.interrupt();
    }
  }

  private static String classPath() {
    return System.getProperty("java.class.path");
  }

  private void endInTime(Process process) {
    try {
      if (!process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      return; // It has ended by itself.
    }
  }

  private static List<String> lines(Process process) throws IOException {
    List<String> lines = new ArrayList<>();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
      }
    }
    return lines;
  }

  private Verdict verdict(int exit, List<String> lines) {
    if (exit == 0) {
      return new Verdict.Survived();
    }
    for (String line : lines) {
      Matcher failed = FAILED.matcher(line);
      if (exit == 1 && failed.matches()) {
        long seed = Long.parseLong(failed.group(1));
        return new Verdict.Killed(failed.group(2), seed, seed - from + 1);
      }
    }
    List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    return new Verdict.Broken("exit " + exit + "\n  " + String.join("\n  ", last));
  }
}
