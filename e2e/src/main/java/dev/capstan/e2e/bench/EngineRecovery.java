package dev.capstan.e2e.bench;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * kill -9 of the engine under running pods; it is started again at once. Its end takes the
 * containers with it, and the kubelet starts others.
 */
final class EngineRecovery {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final String APP = "web";
  private static final String IMAGE = "localhost/capstan/hello:1";

  private final Run run;
  private final DockerClient client;
  private final int replicas;

  private EngineRecovery(Run run, DockerClient client) {
    this.run = run;
    this.client = client;
    this.replicas = run.scaled(2, 11);
  }

  static void measure(Run run) throws InterruptedException {
    String host = EngineClient.host();
    try (DockerClient client = EngineClient.connect(host);
        CapstanMode capstan = CapstanMode.start(run, host)) {
      new EngineRecovery(run, client).measure(capstan);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void measure(CapstanMode capstan) throws InterruptedException {
    String scenario = "kill -9 of the engine, " + replicas + " pods";
    Figure engine = run.report(Figure.of(scenario, "until the engine answers again", "s"));
    Figure pods = run.report(Figure.of(scenario, "until all containers run again", "s")).atMost(10);
    capstan.create(APP, replicas, IMAGE);
    await("the pods run", () -> running() == replicas);
    for (int i = 0; i < run.repeats(3); i++) {
      run.seam().clock().sleep(Duration.ofSeconds(run.scaled(2, 15)));
      Stopwatch watch = run.stopwatch();
      ServerProcess started = restart(i);
      await("the engine answers", this::answers);
      double answered = watch.seconds();
      await("the pods run again", () -> running() == replicas);
      engine.add(answered);
      pods.add(watch.seconds());
      run.progress(
          "the engine after %.2f s, all containers after %.2f s"
              .formatted(answered, watch.seconds()));
      run.check("the engine lives", started.alive(), started.lastWords());
    }
    capstan.remove(APP);
    await("nothing is left", () -> client.listContainersCmd().withShowAll(true).exec().isEmpty());
  }

  private ServerProcess restart(int time) {
    Path folder = run.settings().folder();
    try {
      long pid = Long.parseLong(Files.readString(folder.resolve("dockerd.pid")).strip());
      ProcessHandle old = ProcessHandle.of(pid).orElseThrow();
      old.destroyForcibly();
      old.onExit().join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ServerProcess.start(
        "engine-" + time, folder, Map.of(), List.of(EngineClient.startCommand()));
  }

  private boolean answers() {
    try {
      client.pingCmd().exec();
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private int running() {
    return client.listContainersCmd().exec().size();
  }

  private interface Condition {
    boolean holds();
  }

  private void await(String what, Condition condition) throws InterruptedException {
    long deadline = run.seam().clock().deadline(LIMIT);
    while (!condition.holds()) {
      if (run.seam().clock().nanoTime() - deadline >= 0) {
        throw new BenchmarkException("not within " + LIMIT.toSeconds() + " s: " + what);
      }
      run.seam().clock().sleep(LOOK);
    }
  }
}
