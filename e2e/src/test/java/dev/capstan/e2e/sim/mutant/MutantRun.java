package dev.capstan.e2e.sim.mutant;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows which mutants the simulation finds, and how soon. */
@Command(
    name = "mutants",
    description = "Runs the simulation against every bug of the list.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:every mutant was found",
      "1:a mutant survived",
      "2:bad option",
      "3:a mutant could not be run"
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true)
public final class MutantRun implements Callable<Integer> {

  private static final Pattern RANGE = Pattern.compile("(?:(\\d{1,18})\\.\\.)?(\\d{1,18})");

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--mutant",
      paramLabel = "NAME",
      description = "Only this, not all; may be repeated.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--seeds", paramLabel = "N|FROM..TO", description = "Seeds to try for each.")
  private String seeds = "1..1000";

  @Option(names = "--limit", paramLabel = "SECONDS", description = "Longest run of one mutant.")
  private long limitSeconds = 1200;

  @Option(names = "--jobs", paramLabel = "N", description = "So many mutants at a time.")
  private int jobs = 2;

  @Option(names = "--main", paramLabel = "CLASS", description = "What runs the seeds.")
  private String main = "dev.capstan.e2e.sim.Simulate";

  @Option(names = "--mutants", paramLabel = "DIR", description = "Where the list is.")
  private @Nullable Path folder;

  private MutantRun() {}

  public static void main(String[] args) {
    System.exit(execute(new PrintWriter(System.out, true, StandardCharsets.UTF_8), args));
  }

  /** As {@link #main}, writing elsewhere; answers the exit code. */
  static int execute(PrintWriter out, String... args) {
    return new CommandLine(new MutantRun())
        .setOut(out)
        .setErr(out)
        .setExecutionExceptionHandler((e, command, parsed) -> {
          if (e instanceof MutantException) {
            command.getErr().println(e.getMessage());
            return 3;
          }
          throw e;
        })
        .execute(args);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Range range = range();
    MutantJvm jvm = new MutantJvm(main, limit());
    MutantSources sources = MutantSources.here();
    List<Mutant> mutants = chosen(sources);
    PrintWriter out = spec().commandLine().getOut();
    Map<Mutant, Verdict> verdicts = new LinkedHashMap<>();
    Path work = Files.createTempDirectory("capstan-mutants");
    try (MutantCompiler compiler = new MutantCompiler();
        ExecutorService pool = Executors.newFixedThreadPool(atATime())) {
      MutantHunt hunt = new MutantHunt(sources, compiler, jvm, work);
      Map<Mutant, Future<Verdict>> running = new LinkedHashMap<>();
      for (Mutant mutant : mutants) {
        running.put(mutant, pool.submit(() -> told(hunt, mutant, range, out)));
      }
      for (Map.Entry<Mutant, Future<Verdict>> each : running.entrySet()) {
        verdicts.put(each.getKey(), verdict(each.getValue()));
      }
    } finally {
      deleteAll(work);
    }
    out.println();
    out.println(MutantTable.markdown(verdicts));
    return exitCode(verdicts);
  }

  /** Tells a verdict as soon as it is known. */
  private static Verdict told(MutantHunt hunt, Mutant mutant, Range range, PrintWriter out)
      throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Verdict verdict = hunt.verdict(mutant, range.from, range.to);
    long seconds = (System.nanoTime() - begun) / 1_000_000_000;
    out.println(MutantTable.line(mutant, verdict) + ", " + seconds + " s");
    return verdict;
  }

  private static Verdict verdict(Future<Verdict> running) throws IOException, InterruptedException {
    try {
      return running.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private int atATime() {
    if (jobs < 1) {
      throw bad("--jobs " + jobs + ": must be >= 1");
    }
    return jobs;
  }

  private CommandSpec spec() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return spec;
  }

  private record Range(long from, long to) {}

  private Range range() {
    Matcher ends = RANGE.matcher(seeds);
    if (!ends.matches()) {
      throw bad("--seeds " + seeds + ": must be N or FROM..TO, e.g. 1..1000");
    }
    long from = ends.group(1) == null ? 1 : Long.parseLong(ends.group(1));
    long to = Long.parseLong(ends.group(2));
    if (from > to) {
      throw bad("--seeds " + seeds + ": the first is after the last");
    }
    return new Range(from, to);
  }

  private long limit() {
    if (limitSeconds < 1) {
      throw bad("--limit " + limitSeconds + ": must be >= 1");
    }
    return limitSeconds;
  }

  private List<Mutant> chosen(MutantSources sources) {
    List<Mutant> all = MutantFile.readAll(folder == null ? sources.mutants() : folder);
    for (String name : names) {
      if (all.stream().noneMatch(mutant -> mutant.name().equals(name))) {
        throw bad("--mutant " + name + ": there is none of that name");
      }
    }
    return all.stream().filter(m -> names.isEmpty() || names.contains(m.name())).toList();
  }

  private ParameterException bad(String why) {
    return new ParameterException(spec().commandLine(), why);
  }

  private static int exitCode(Map<Mutant, Verdict> verdicts) {
    if (verdicts.values().stream().anyMatch(Verdict.Broken.class::isInstance)) {
      return 3;
    }
    return verdicts.values().stream().anyMatch(Verdict.Survived.class::isInstance) ? 1 : 0;
  }

  private static void deleteAll(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.toList().reversed()) {
        Files.delete(file);
      }
    }
  }
}
