package dev.capstan.kvstore.sqlite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.KvStore.Entry;
import dev.capstan.kvstore.KvStore.RangeRequest;
import dev.capstan.seam.Seam;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 in the middle of it, again and again: nothing that was acknowledged is lost. */
class SqliteCrashIT {

  private static final int ROUNDS = 4;

  @TempDir Path folder;

  @Test
  void whatWasAcknowledgedSurvivesKill() throws IOException, InterruptedException {
    Map<String, Long> acknowledged = new HashMap<>();
    for (int round = 0; round < ROUNDS; round++) {
      runAndKill(round, 500 + 700 * round, acknowledged);
      try (KvStore store = new SqliteKvStore(folder, Seam.system())) {
        Map<String, Long> stored = new HashMap<>();
        List<Entry> entries = store.range(new RangeRequest("/", "", 0, 0, false)).entries();
        entries.forEach(entry -> stored.put(entry.key(), entry.modRevision()));
        assertThat(stored).as("round %d", round).containsAllEntriesOf(acknowledged);
        // Whole groups or nothing: every revision's rows are there, the newest included.
        assertThat(store.get("/none").revision())
            .isEqualTo(stored.values().stream().mapToLong(v -> v).max().orElseThrow());
      }
    }
    assertThat(acknowledged).hasSizeGreaterThan(ROUNDS * 500);
  }

  private void runAndKill(int round, int after, Map<String, Long> acknowledged)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                AcknowledgingWriter.class.getName(),
                folder.toString(),
                "" + round)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      int lines = 0;
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        String[] words = line.split(" ");
        // The last line may be cut by the kill.
        if (words.length == 3 && words[2].equals("ok")) {
          acknowledged.put(words[0], Long.parseLong(words[1]));
        }
        if (++lines == after) {
          process.toHandle().destroyForcibly(); // As kill -9; what it printed can still be read.
        }
      }
    }
    process.waitFor();
  }
}
