package dev.capstan.e2e.bench;

import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.Batch;
import dev.capstan.client.ObjectType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The command line, from its start to its end, as a shell sees it. */
final class CommandStart implements Benchmark {

  @Override
  public String name() {
    return "g";
  }

  @Override
  public String title() {
    return "command line: get pods with 10 and 1,000 pods, version; cold, warm, without AOT cache";
  }

  @Override
  public void run(Run run) throws InterruptedException, IOException {
    run.condition("cold", "jar and AOT cache are not in the page cache; the JVM itself may be");
    run.condition("pods", "objects of about 1 KiB; no scheduler, no kubelet");
    Cluster cluster = run.cluster().startServer();
    try {
      Trial trial = new Trial(run, cluster);
      trial.train();
      trial.measure();
    } finally {
      cluster.close();
    }
  }

  /** A command line, and what it must print. */
  private record Case(String words, int lines, double goal, String anotherDay) {}

  private static final class Trial {
    private final Run run;
    private final Cluster cluster;
    private final InstalledCommand installed;
    private final int many;

    Trial(Run run, Cluster cluster) throws IOException {
      this.run = run;
      this.cluster = cluster;
      this.installed =
          InstalledCommand.copy(run.settings().root(), cluster.folder().resolve("cli"));
      this.many = run.scaled(200, 1000);
    }

    private List<String> capstan(Path launcher, String words) {
      List<String> command = new ArrayList<>(List.of(launcher.toString()));
      command.addAll(List.of(words.split(" ")));
      command.addAll(
          List.of(
              "--server=" + cluster.server(), "--token-file=" + cluster.folder().resolve("token")));
      return command;
    }

    void train() throws InterruptedException, IOException {
      create("few", 10);
      create("many", many);
      run.progress("training the AOT cache");
      List<String> command = new ArrayList<>(installed.trainer());
      command.addAll(List.of("__train", "--server=" + cluster.server()));
      command.add("--token-file=" + cluster.folder().resolve("token"));
      Command trained = Command.run(command, Map.of("CAPSTAN_TRAINING", "1"), run.seam());
      run.check("the AOT cache is made", trained.code() == 0 && installed.finish(), trained.err());
    }

    private void create(String namespace, int count) throws InterruptedException {
      cluster
          .api()
          .namespaces()
          .create(
              Namespace.newBuilder()
                  .setMetadata(ObjectMeta.newBuilder().setName(namespace))
                  .build());
      Batch batch = cluster.api().batch();
      IntStream.range(0, count)
          .forEach(i -> {
            Pod.Builder pod = PodMix.IDENTICAL.pod(i).toBuilder();
            pod.getMetadataBuilder().setNamespace(namespace);
            batch.create(ObjectType.POD, pod.build());
          });
      run.check("the pods are there", batch.send().stream().allMatch(Batch.Result::ok), namespace);
    }

    void measure() throws InterruptedException, IOException {
      List<Case> cases =
          List.of(
              new Case("version --client", 1, 0, "kubectl 1.20.2: 44"),
              new Case("version", 2, 0, ""),
              new Case("get pods -n few", 11, 250, "kubectl 1.20.2: 60"),
              new Case("get pods -n many", many + 1, 300, "kubectl 1.20.2: 292"),
              new Case("get pods -n many -o name", many, 0, ""));
      for (Case each : cases) {
        many(each, "warm", installed.launcher(), run.scaled(3, 21), each.goal(), false);
      }
      for (Case each : cases.subList(2, 4)) {
        many(each, "cold", installed.launcher(), run.scaled(1, 5), 0, true);
      }
      for (Case each : cases.subList(2, 4)) {
        many(each, "warm, without AOT cache", installed.plain(), run.scaled(1, 5), 0, false);
      }
      kubectl();
    }

    private void many(Case of, String how, Path launcher, int times, double goal, boolean cold)
        throws InterruptedException, IOException {
      String measure = "capstan " + of.words();
      Figure wall = run.report(Figure.of(how, measure, "ms"));
      Figure cpu = run.report(Figure.of(how, measure + ": CPU", "ms"));
      if (goal > 0) {
        wall.atMost(goal);
      }
      if (!of.anotherDay().isEmpty()) {
        wall.ofAnotherDay(of.anotherDay());
      }
      for (int i = cold ? 0 : -1; i < times; i++) {
        if (cold) {
          installed.evict(run.seam());
        }
        Command done = Command.run(capstan(launcher, of.words()), Map.of(), run.seam());
        check(of, done);
        if (i >= 0) {
          wall.add(done.seconds() * 1000);
          cpu.add(done.cpuSeconds() * 1000);
        }
      }
      run.progress(how + ", " + measure + ": " + Math.round(wall.median()) + " ms");
    }

    private void check(Case of, Command done) {
      long lines = done.out().lines().count();
      run.check(
          "each command succeeds and prints what there is, and nothing else",
          done.code() == 0 && lines == of.lines() && done.err().isEmpty(),
          of.words() + ": code " + done.code() + ", " + lines + " lines, " + done.err());
    }

    private void kubectl() throws InterruptedException, IOException {
      List<String> command = List.of("kubectl", "version", "--client");
      Command first;
      try {
        first = Command.run(command, Map.of(), run.seam());
      } catch (IOException e) {
        run.condition("kubectl", "none here");
        return;
      }
      run.condition("kubectl", first.out().strip().replace("\n", ", "));
      Figure wall = run.report(Figure.of("kubectl", "kubectl version --client", "ms"));
      for (int i = 0; i < run.scaled(3, 21); i++) {
        wall.add(Command.run(command, Map.of(), run.seam()).seconds() * 1000);
      }
    }
  }
}
