package dev.capstan.e2e.bench;

import dev.capstan.e2e.bench.flood.Attack;
import dev.capstan.e2e.bench.flood.Attacker;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What others notice of a client that floods the server. The attacker is a process of lower
 * priority, so that it takes nobody's processor time but its own: what slows others down then is
 * what the server does for it.
 */
final class Floods implements Benchmark {

  private static final Duration PAUSE = Duration.ofMillis(2);

  @Override
  public String name() {
    return "k";
  }

  @Override
  public String title() {
    return "floods: a client's calls while another attacks, with and without the token";
  }

  @Override
  public void run(Run run) throws InterruptedException, IOException {
    run.condition("attacker", "one process on this machine, of lower priority (nice 10)");
    run.condition("others", "one client that reads an object, and pauses 2 ms after each read");
    List<Attack> attacks = run.smoke() ? List.of(Attack.RAPID_RESET) : List.of(Attack.values());
    for (Attack attack : attacks) {
      for (boolean token : attack == Attack.SILENCE ? List.of(false) : List.of(false, true)) {
        attack(run, attack, token);
      }
    }
  }

  private static void attack(Run run, Attack attack, boolean token)
      throws InterruptedException, IOException {
    String scenario =
        attack.name().toLowerCase(Locale.ROOT).replace('_', ' ') + (token ? ", token" : "");
    Cluster cluster = run.cluster().startServer();
    try (ApiCalls calls = new ApiCalls(cluster, "others-", 1)) {
      calls.create();
      Writers.Deed get =
          () -> {
            calls.get();
            run.seam().clock().sleep(PAUSE);
          };
      Duration length = Duration.ofMillis(run.scaled(300, 3000));
      Writers.run(run.seam(), 1, length.multipliedBy(2), get);
      double before = millis(run, length, get);
      ServerProcess attacker = start(cluster, attack, token);
      Usage usage;
      double during;
      try {
        awaitConnected(run, attacker);
        run.seam().clock().sleep(length);
        usage = cluster.usage();
        during = millis(run, length, get);
        usage = report(run, cluster, scenario, length, usage);
      } finally {
        attacker.kill();
      }
      run.report(Figure.of(scenario, "get before, p50", "ms")).add(before);
      run.report(Figure.of(scenario, "get during, p50", "ms")).add(during);
      run.report(Figure.of(scenario, "during / before", "")).add(during / before).atMost(2);
      run.report(Figure.of(scenario, "peak memory of the API server", "MiB"))
          .add(usage.peakBytes().getOrDefault(Cluster.API_SERVER, 0L) / 1048576.0);
      run.report(Figure.of(scenario, "connections of the attacker", ""))
          .add(Files.readAllLines(attacker.log()).size());
      run.check(
          "the server says why it cuts",
          unlimited(attack, token)
              || cluster.metrics(Cluster.API_SERVER).contains("capstan_connections_cut_total{"),
          scenario);
      run.progress(String.format(Locale.ROOT, "%s: %.2f → %.2f ms", scenario, before, during));
    } finally {
      cluster.close();
    }
  }

  /** Calls of a user are no flood, and few connections a second neither. */
  private static boolean unlimited(Attack attack, boolean token) {
    return attack == Attack.RECONNECTS || token && attack == Attack.NEW_STREAMS;
  }

  private static void awaitConnected(Run run, ServerProcess attacker)
      throws InterruptedException, IOException {
    long deadline = run.seam().clock().deadline(Duration.ofSeconds(30));
    while (Files.size(attacker.log()) == 0) {
      if (run.seam().clock().nanoTime() - deadline >= 0) {
        throw new BenchmarkException("the attacker does not connect");
      }
      run.seam().clock().sleep(PAUSE);
    }
  }

  private static Usage report(
      Run run, Cluster cluster, String scenario, Duration length, Usage before) {
    Usage after = cluster.usage();
    double cpu = after.cpuSince(before).getOrDefault(Cluster.API_SERVER, 0.0);
    run.report(Figure.of(scenario, "CPU of the API server, of one core", "%"))
        .add(100 * cpu / (length.toMillis() / 1000.0));
    return after;
  }

  private static double millis(Run run, Duration length, Writers.Deed get)
      throws InterruptedException {
    // The pause is part of what was timed.
    return Writers.run(run.seam(), 1, length, get).millis(0.5) - PAUSE.toMillis();
  }

  private static ServerProcess start(Cluster cluster, Attack attack, boolean token) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "nice",
                "-n",
                "10",
                System.getProperty("java.home") + "/bin/java",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Attacker.class.getName(),
                attack.name(),
                cluster.server().substring(cluster.server().lastIndexOf(':') + 1)));
    if (token) {
      command.add(cluster.tokenFile().toString());
    }
    return ServerProcess.start("attacker", cluster.folder(), Map.of(), command);
  }
}
