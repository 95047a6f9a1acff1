package dev.capstan.e2e.bench;

import dev.capstan.seam.Seam;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs benchmarks by name. Started by deploy/bench, which finds what they need. */
@Command(name = "deploy/bench", sortOptions = false)
public final class Main implements Callable<Integer> {

  @Parameters(paramLabel = "NAME", arity = "0..*")
  private List<String> names = List.of();

  @Option(names = "--smoke")
  private boolean smoke;

  @Option(names = "--json", paramLabel = "DIR")
  private @Nullable Path json;

  @Option(names = "--store")
  private Settings.Store store = Settings.Store.etcd;

  @Option(names = "--nodes", split = ",")
  private List<Integer> nodes = List.of();

  @Option(names = "--repeats")
  private int repeats;

  @Option(names = "--java-opts", paramLabel = "[PROCESS=]FLAGS")
  private List<String> javaOptions = List.of();

  /** What {@code deploy/bench --against} has measured; see {@link Comparison#read}. */
  @Option(names = "--compare", paramLabel = "DIR")
  private @Nullable Path compare;

  @Option(names = "--root", required = true)
  private Path root = Path.of("");

  @Option(names = "--folder", required = true)
  private Path folder = Path.of("");

  @Option(names = "--etcd")
  private String etcd = "etcd";

  private final Seam seam = Seam.system();

  private Main() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Main()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    if (compare != null) {
      return compare(compare);
    }
    if (names.isEmpty()) {
      Benchmarks.all().forEach(b -> System.out.printf("  %-4s %s%n", b.name(), b.title()));
      return 0;
    }
    List<Benchmark> chosen = chosen();
    // However this process ends, no server outlives it.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly),
                "stop"));
    Settings settings =
        new Settings(root, folder, etcd, store, smoke, nodes, repeats, byProcess(javaOptions));
    Map<String, String> machine = Machine.describe(settings);
    machine.forEach((what, value) -> System.out.println(what + ": " + value));
    boolean sound = true;
    for (Benchmark benchmark : chosen) {
      sound &= run(benchmark, settings, machine);
    }
    return sound ? 0 : 1;
  }

  private static int compare(Path folder) throws IOException {
    Comparison comparison = Comparison.read(folder);
    System.out.print(ComparisonText.of(comparison));
    return comparison.faults().isEmpty() ? 0 : 1;
  }

  private List<Benchmark> chosen() {
    List<Benchmark> all = Benchmarks.all();
    List<String> known = all.stream().map(Benchmark::name).toList();
    for (String name : names) {
      if (!name.equals("all") && !known.contains(name)) {
        throw new CommandLine.ParameterException(
            new CommandLine(this),
            "there is no benchmark " + name + "; there are " + String.join(", ", known));
      }
    }
    return names.contains("all")
        ? all
        : all.stream().filter(benchmark -> names.contains(benchmark.name())).toList();
  }

  /** {@code PROCESS=FLAGS} for one, {@code FLAGS} (which begin with a dash) for all. */
  private static Map<String, String> byProcess(List<String> options) {
    Map<String, String> map = new LinkedHashMap<>();
    for (String option : options) {
      int end = option.startsWith("-") ? 0 : option.indexOf('=');
      String process = option.substring(0, Math.max(0, end));
      String flags = end == 0 ? option : option.substring(end + 1);
      map.merge(process, flags, (a, b) -> a + " " + b);
    }
    return map;
  }

  private boolean run(Benchmark benchmark, Settings settings, Map<String, String> machine)
      throws IOException {
    System.err.println("==> " + benchmark.name() + ": " + benchmark.title());
    Stopwatch watch = Stopwatch.started(seam.clock());
    Report report = new Report(benchmark.name(), benchmark.title());
    try (Run run = new Run(settings, seam, report)) {
      try {
        benchmark.run(run);
      } catch (BenchmarkException e) {
        run.check("it comes to its end", false, String.valueOf(e.getMessage()));
      } catch (Exception e) {
        run.check("it comes to its end", false, e.toString());
        e.printStackTrace();
      }
    }
    report.condition("took", Duration.ofSeconds((long) watch.seconds()).toString().substring(2));
    report.condition("load after", Machine.load());
    System.out.print(ReportText.of(report));
    if (json != null) {
      ReportJson.write(json, report, machine);
    }
    return report.sound();
  }
}
