package dev.capstan.e2e.bench;

import dev.capstan.client.ConnectionOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the figures were measured on. */
final class Machine {

  private Machine() {}

  static Map<String, String> describe(Settings settings) {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    machine.put("memory", memory());
    machine.put("kernel", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    machine.put("java", System.getProperty("java.vendor.version") + ", " + Runtime.version());
    machine.put("capstan", ConnectionOptions.VERSION + commit(settings.root()));
    machine.put("store", settings.store() == Settings.Store.etcd ? etcd(settings) : "embedded");
    machine.put("load before", load());
    return machine;
  }

  /** Load averages over 1, 5 and 15 minutes. */
  static String load() {
    try {
      String[] fields = Files.readString(Path.of("/proc/loadavg")).split(" ");
      return fields[0] + " " + fields[1] + " " + fields[2];
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String memory() {
    try {
      return Files.readAllLines(Path.of("/proc/meminfo")).getFirst().replaceAll(".*: *", "");
    } catch (IOException e) {
      return "unknown";
    }
  }

  private static String commit(Path root) {
    String commit = firstLine("git", "-C", root.toString(), "describe", "--always", "--dirty");
    return commit.isEmpty() ? "" : " " + commit;
  }

  private static String etcd(Settings settings) {
    return firstLine(settings.etcd(), "--version").replace("etcd Version:", "etcd")
        + ", default fsync";
  }

  private static String firstLine(String... command) {
    try {
      Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
      try (var out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        String line = out.readLine();
        out.transferTo(java.io.Writer.nullWriter());
        return line == null || process.waitFor() != 0 ? "" : line;
      }
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
