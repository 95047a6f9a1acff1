package dev.capstan.e2e.bench;

import dev.capstan.seam.Seam;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A command that has ended.
 *
 * @param seconds from before its process was made until its end was seen
 * @param cpuSeconds user and system time of it and of all that ended meanwhile
 */
record Command(int code, String out, String err, double seconds, double cpuSeconds) {

  /**
   * Runs it to its end.
   *
   * @throws IOException if there is no such program
   */
  static Command run(List<String> words, Map<String, String> environment, Seam seam)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("capstan-bench", ".out");
    Path err = Files.createTempFile("capstan-bench", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(words)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
      builder.environment().putAll(environment);
      double cpu = ProcFiles.cpuSecondsOfEndedChildren();
      Stopwatch watch = Stopwatch.started(seam.clock());
      int code = builder.start().waitFor();
      double seconds = watch.seconds();
      return new Command(
          code,
          Files.readString(out, StandardCharsets.UTF_8),
          Files.readString(err, StandardCharsets.UTF_8),
          seconds,
          ProcFiles.cpuSecondsOfEndedChildren() - cpu);
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
