package dev.capstan.e2e.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {

  private static final String DEAF = "trap '' TERM; echo $$ > %s; while :; do sleep 0.05; done";
  private static final String TAME = "echo $$ > %s; exec sleep 600";

  @TempDir Path folder;

  private long start(Processes processes, String name, String script) throws IOException {
    Path pid = folder.resolve(name + ".pid");
    processes.start(
        name, List.of("sh", "-c", script.formatted(pid)), folder.resolve(name + ".log"));
    await().until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
    return Long.parseLong(Files.readString(pid).strip());
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  @Test
  void processesThatDoNotStopAreNamedAndKilledAndTheOthersStopToo() throws IOException {
    Processes processes = new Processes(Duration.ofMillis(200));
    List<Long> pids =
        List.of(
            start(processes, "first", TAME),
            start(processes, "deaf", DEAF),
            start(processes, "deafer", DEAF),
            start(processes, "last", TAME));
    assertThat(processes.stopAll()).containsExactly("deafer", "deaf");
    assertThat(pids).noneMatch(ProcessesTest::alive);
    assertThat(processes.stopAll()).isEmpty();
  }

  @Test
  void aKilledProcessIsGone() throws IOException {
    Processes processes = new Processes(Duration.ofSeconds(10));
    long pid = start(processes, "deaf", DEAF);
    processes.kill("deaf");
    assertThat(alive(pid)).isFalse();
    assertThat(processes.stopAll()).isEmpty();
  }
}
