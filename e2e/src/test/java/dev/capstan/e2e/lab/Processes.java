package dev.capstan.e2e.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The running processes of a lab, by name, in the order they were started. */
final class Processes {

  private final Map<String, Process> running = new LinkedHashMap<>();
  private final Duration patience;

  /**
   * A group without processes.
   *
   * @param patience how long a process may take to end once told to
   */
  Processes(Duration patience) {
    this.patience = patience;
  }

  /** Starts a process whose output goes to the end of a file. */
  void start(String name, List<String> command, Path log) {
    try {
      running.put(
          name,
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** kill -9; the process is gone when this returns. */
  void kill(String name) {
    Process process = Objects.requireNonNull(running.remove(name), name);
    process.destroyForcibly();
    if (!ends(process)) {
      throw new AssertionError("not even kill -9 ends " + name + ": " + process.info());
    }
  }

  /** Waits until a process ends by itself; answers its exit code. */
  int awaitEnd(String name) {
    Process process = Objects.requireNonNull(running.get(name), name);
    if (!ends(process)) {
      throw new AssertionError(name + " does not end: " + process.info());
    }
    running.remove(name);
    return process.exitValue();
  }

  /**
   * Tells every process to end, the latest first, and kills those that do not. Whatever one of them
   * does, the others are dealt with as well.
   *
   * @return the names of those that had to be killed
   */
  List<String> stopAll() {
    List<String> stubborn = new ArrayList<>();
    for (String name : List.copyOf(running.keySet()).reversed()) {
      Process process = Objects.requireNonNull(running.remove(name));
      process.destroy();
      if (!ends(process)) {
        stubborn.add(name);
        process.destroyForcibly();
        ends(process);
      }
    }
    return stubborn;
  }

  private boolean ends(Process process) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
