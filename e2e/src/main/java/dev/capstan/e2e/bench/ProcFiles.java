package dev.capstan.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux says of a process; see proc(5). */
final class ProcFiles {

  /** What /proc counts CPU time in; the same on every Linux a JVM runs on. */
  private static final double TICKS_PER_SECOND = 100;

  private ProcFiles() {}

  /** User and system time in seconds, all threads. */
  static double cpuSeconds(long pid) {
    return ticks(pid, 11) / TICKS_PER_SECOND;
  }

  /** User and system time in seconds of all processes that this one has started and that ended. */
  static double cpuSecondsOfEndedChildren() {
    return ticks(ProcessHandle.current().pid(), 13) / TICKS_PER_SECOND;
  }

  private static long ticks(long pid, int field) {
    return ticks(read(pid, "stat"), field);
  }

  /** The sum of two neighbouring fields, counted from the one after the process's name. */
  private static long ticks(String stat, int field) {
    // The name in the second field may hold blanks and brackets: count from the last bracket.
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Long.parseLong(fields[field]) + Long.parseLong(fields[field + 1]);
  }

  /** The share of {@link #cpuSeconds} that went into compiling Java; 0 for other processes. */
  static double compilerSeconds(long pid) {
    try (var tasks = Files.newDirectoryStream(Path.of("/proc", String.valueOf(pid), "task"))) {
      double seconds = 0;
      for (Path task : tasks) {
        String stat = Files.readString(task.resolve("stat"));
        int end = stat.lastIndexOf(')');
        // "C1 CompilerThread0" and "C2 CompilerThread0", cut to 15 characters.
        if (stat.substring(0, end).contains("CompilerThre")) {
          seconds += ticks(stat, 11) / TICKS_PER_SECOND;
        }
      }
      return seconds;
    } catch (IOException e) {
      return 0; // A compiler's thread ended meanwhile; the JVM starts and ends them as it likes.
    }
  }

  /** Resident memory in bytes. */
  static long residentBytes(long pid) {
    return status(pid, "VmRSS:");
  }

  /** The most resident memory so far, in bytes. */
  static long peakBytes(long pid) {
    return status(pid, "VmHWM:");
  }

  /** Lets {@link #peakBytes} begin anew. */
  static void resetPeak(long pid) {
    try {
      Files.writeString(Path.of("/proc", String.valueOf(pid), "clear_refs"), "5");
    } catch (IOException e) {
      throw new UncheckedIOException("the peak of process " + pid + " cannot be reset", e);
    }
  }

  private static long status(long pid, String key) {
    return read(pid, "status")
        .lines()
        .filter(line -> line.startsWith(key))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
        .findFirst()
        .orElse(0);
  }

  private static String read(long pid, String file) {
    try {
      return Files.readString(Path.of("/proc", String.valueOf(pid), file));
    } catch (IOException e) {
      throw new UncheckedIOException("process " + pid + " has ended", e);
    }
  }
}
