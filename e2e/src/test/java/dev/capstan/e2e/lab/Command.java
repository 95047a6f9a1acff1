package dev.capstan.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a command to its end. */
public final class Command {

  private static final long TIMEOUT_SECONDS = 180;

  /** What came of it. */
  public record Result(List<String> command, int exitCode, String out, String err) {

    /** This result, if the command succeeded. */
    public Result succeeded() {
      if (exitCode != 0) {
        throw new AssertionError(this.toString());
      }
      return this;
    }

    @Override
    public String toString() {
      return String.join(" ", command) + "\nexit code " + exitCode + "\n" + out + err;
    }
  }

  private Command() {}

  /** Runs it; kills it after three minutes. */
  public static Result run(List<String> command) {
    try {
      Path out = Files.createTempFile("capstan-e2e", ".out");
      Path err = Files.createTempFile("capstan-e2e", ".err");
      try {
        return run(command, out, err);
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Result run(List<String> command, Path out, Path err) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    try {
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("still running after 3 minutes: " + String.join(" ", command));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
    return new Result(
        command,
        process.exitValue(),
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8));
  }
}
