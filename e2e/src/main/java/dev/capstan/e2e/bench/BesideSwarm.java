package dev.capstan.e2e.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.LocalNodeState;
import com.github.dockerjava.api.model.SwarmInfo;
import dev.capstan.seam.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Capstan and Docker Swarm on one engine, in turn, with the same image and as many replicas. What
 * happened, and when, is what the engine's events say, for both.
 */
final class BesideSwarm {

  private static final String BEFORE = "localhost/capstan/hello:1";
  private static final String AFTER = "localhost/capstan/hello:2";
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Before an update, so that both have seen all replicas run. */
  private static final Duration SETTLE = Duration.ofSeconds(3);

  private final Run run;
  private final DockerClient client;
  private final EngineEvents events;
  private final int replicas;
  private final int kills;
  private final int updated;
  private final Map<String, Figure> figures = new TreeMap<>();

  private BesideSwarm(Run run, DockerClient client, EngineEvents events) {
    this.run = run;
    this.client = client;
    this.events = events;
    this.replicas = run.scaled(5, 50);
    this.kills = run.scaled(1, 5);
    this.updated = run.scaled(5, 20);
  }

  /**
   * Measures both. The swarm is left at the end; the cluster stays idle while it is not its turn.
   */
  static void measure(Run run, String host) throws InterruptedException, IOException {
    try (DockerClient client = EngineClient.connect(host);
        EngineEvents events = new EngineEvents(client, run.seam());
        CapstanMode capstan = CapstanMode.start(run, host)) {
      new BesideSwarm(run, client, events).inTurn(capstan);
      capstan.check();
      run.check(
          "the swarm was left",
          state(client) == LocalNodeState.INACTIVE,
          "the engine still is one");
    }
  }

  private static @Nullable LocalNodeState state(DockerClient client) {
    SwarmInfo swarm = client.infoCmd().exec().getSwarm();
    return swarm == null ? null : swarm.getLocalNodeState();
  }

  private void inTurn(CapstanMode capstan) throws InterruptedException {
    run.condition(
        "beside Swarm",
        "one engine, in turn; Swarm on the default bridge without a restart delay, Capstan on its"
            + " own bridge with fixed addresses; figures of the engine's events");
    if (!run.smoke()) {
      warmUp(capstan);
    }
    for (int round = 1; round <= run.repeats(3); round++) {
      Outcome own = new Outcome(capstan);
      own.measure();
      try (SwarmMode swarm = SwarmMode.start(client)) {
        Outcome other = new Outcome(swarm);
        other.measure();
        report(own, other);
      }
    }
  }

  /** What a process does for the first time is interpreted. */
  private void warmUp(Orchestrator orchestrator) throws InterruptedException {
    up(orchestrator, "warm-up", 10);
    remove(orchestrator, "warm-up");
  }

  private void report(Outcome own, Outcome other) {
    report(replicas + " replicas up", "containers/s", own.rate, other.rate);
    report("docker kill to running again, median of " + kills, "s", own.restart, other.restart);
    String update = updated + " updated, " + Orchestrator.UPDATE_AT_ONCE + " at a time, stop first";
    report(update, "s", own.update, other.update);
  }

  private void report(String measure, String unit, double own, double other) {
    figure(measure, "Capstan", unit).add(own);
    figure(measure, "Swarm", unit).add(other);
    Figure ratio = figure(measure, "Capstan / Swarm", "×").add(own / other);
    if (unit.endsWith("/s")) {
      ratio.moreIsBetter();
    }
    run.progress(
        measure
            + ": "
            + ReportText.number(own)
            + ", Swarm "
            + ReportText.number(other)
            + " "
            + unit);
  }

  private Figure figure(String scenario, String measure, String unit) {
    return figures.computeIfAbsent(
        scenario + ": " + measure, key -> run.report(Figure.of(scenario, measure, unit)));
  }

  /** One round of one of them. */
  private final class Outcome {
    private final Orchestrator orchestrator;
    private double rate;
    private double restart;
    private double update;

    Outcome(Orchestrator orchestrator) {
      this.orchestrator = orchestrator;
    }

    void measure() throws InterruptedException {
      rate = replicas / up(orchestrator, "up", replicas);
      run.check(
          "the engine runs as many containers as were asked for",
          running().size() == replicas,
          orchestrator.name() + ": " + running().size());
      restart = restart();
      remove(orchestrator, "up");
      update = update();
      remove(orchestrator, "web");
    }

    /** Another container each time: who ends again and again is made to wait by everybody. */
    private double restart() throws InterruptedException {
      List<Container> victims = running();
      double[] seconds = new double[kills];
      for (int i = 0; i < kills; i++) {
        int mark = events.mark();
        Stopwatch watch = run.stopwatch();
        client.killContainerCmd(victims.get(i).getId()).exec();
        seconds[i] = watch.secondsAt(events.await(mark, true, BEFORE, 1, LIMIT));
      }
      return Stats.median(seconds);
    }

    private double update() throws InterruptedException {
      up(orchestrator, "web", updated);
      run.seam().clock().sleep(SETTLE);
      int mark = events.mark();
      Stopwatch watch = run.stopwatch();
      orchestrator.update("web", AFTER);
      long started = events.await(mark, true, AFTER, updated, LIMIT);
      long ended = events.await(mark, false, BEFORE, updated, LIMIT);
      run.check(
          "an update leaves as many containers as there were",
          running().size() == updated,
          orchestrator.name() + ": " + running().size());
      return watch.secondsAt(Math.max(started, ended));
    }
  }

  /** Seconds until the engine has started them all. */
  private double up(Orchestrator orchestrator, String app, int count) throws InterruptedException {
    int mark = events.mark();
    Stopwatch watch = run.stopwatch();
    orchestrator.create(app, count, BEFORE);
    return watch.secondsAt(events.await(mark, true, BEFORE, count, LIMIT));
  }

  private void remove(Orchestrator orchestrator, String app) throws InterruptedException {
    orchestrator.remove(app);
    Clock clock = run.seam().clock();
    long deadline = clock.deadline(LIMIT);
    while (!client.listContainersCmd().withShowAll(true).exec().isEmpty()) {
      if (clock.nanoTime() - deadline >= 0) {
        throw new BenchmarkException(orchestrator.name() + " does not remove its containers");
      }
      clock.sleep(Duration.ofMillis(100));
    }
  }

  private List<Container> running() {
    return client.listContainersCmd().exec();
  }
}
