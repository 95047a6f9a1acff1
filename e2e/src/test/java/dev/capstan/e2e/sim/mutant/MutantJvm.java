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
 * @param main class that takes {@code --seeds FROM..TO --jobs 1 --replays 0}, exits with 0 if all
 *     pass, and with 1 after lines {@code FAILED seed=S invariant=I …}
 * @param limitSeconds after which it is ended
 */
record MutantJvm(String main, long limitSeconds) {

  private static final Pattern FAILED = Pattern.compile("FAILED seed=(\\d+) invariant=(\\S+).*");
  private static final int LAST_LINES = 20;

  /** Runs seeds {@code from} to {@code to} with a mutant, up to the first that fails. */
  Verdict mutated(Path classes, long from, long to) throws IOException, InterruptedException {
    return run(List.of(), classes + System.getProperty("path.separator"), from, to);
  }

  /** Runs one seed as things are. */
  Verdict asItIs(long seed) throws IOException, InterruptedException {
    return run(List.of("-XX:TieredStopAtLevel=1"), "", seed, seed); // For one seed C2 only costs.
  }

  private Verdict run(List<String> flags, String inFront, long from, long to)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command(flags, inFront, from, to)).redirectErrorStream(true).start();
    Thread guard = Thread.ofPlatform().daemon().start(() -> endInTime(process));
    try {
      List<String> lines = lines(process);
      return verdict(process.waitFor(), lines, from);
    } finally {
      process.destroyForcibly();
      guard.interrupt();
    }
  }

  private List<String> command(List<String> flags, String inFront, long from, long to) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-opens", "java.base/java.lang=ALL-UNNAMED"));
    command.add("-Djdk.trackAllThreads=false"); // Else threads of killed processes are kept.
    command.add("-Dlogback.configurationFile=logback-silent.xml");
    command.add("-XX:+UseSerialGC");
    command.addAll(flags);
    command.addAll(List.of("-cp", inFront + System.getProperty("java.class.path"), main));
    command.addAll(List.of("--seeds", from + ".." + to, "--jobs", "1", "--replays", "0"));
    return command;
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

  /** Several seeds may be under way when one fails: the first of those that fail counts. */
  private static Verdict verdict(int exit, List<String> lines, long from) {
    if (exit == 0) {
      return new Verdict.Survived();
    }
    Verdict.Killed first = null;
    for (String line : lines) {
      Matcher failed = FAILED.matcher(line);
      if (exit == 1 && failed.matches()) {
        long seed = Long.parseLong(failed.group(1));
        if (first == null || seed < first.seed()) {
          first = new Verdict.Killed(failed.group(2), seed, seed - from + 1);
        }
      }
    }
    return first == null ? broken(exit, lines) : first;
  }

  private static Verdict broken(int exit, List<String> lines) {
    List<String> last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
    return new Verdict.Broken("exit " + exit + "\n  " + String.join("\n  ", last));
  }
}
