package dev.capstan.kubelet.docker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The docker command, for what tests do behind a kubelet's back. */
public final class DockerCli {

  private DockerCli() {}

  /** The engine tests may use; null if there is none. */
  public static String host() {
    String host = System.getenv("CAPSTAN_TEST_DOCKER_HOST");
    return host != null ? host : System.getenv().getOrDefault("DOCKER_HOST", "");
  }

  /** Runs docker; returns what it printed. */
  public static String run(String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("docker", "-H", host()));
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(command + ": " + output);
    }
    return output.strip();
  }
}
