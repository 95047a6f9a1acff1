package dev.capstan.e2e.sim;

import dev.capstan.e2e.sim.scenario.Scenario;
import dev.capstan.e2e.sim.scenario.ScenarioException;
import dev.capstan.e2e.sim.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the simulation is asked to do.
 *
 * @param from the first seed
 * @param to the last seed
 * @param time stop beginning seeds after this; null for no limit
 * @param jobs simulations at a time
 * @param scenario the one to tell; null for many
 * @param shrink whether a failing scenario is made shorter first
 * @param kept whether the scenarios that once failed are played first
 * @param coverage whether it is a failure when some fault never struck
 * @param keepGoing whether further seeds are played after one failed
 * @param replays how many seeds are played a second time, to see that nothing differs
 */
record SimulateOptions(
    long from,
    long to,
    @Nullable Duration time,
    int jobs,
    @Nullable Scenario scenario,
    boolean shrink,
    boolean kept,
    boolean coverage,
    boolean keepGoing,
    int replays) {

  static final String HELP =
      """
      Plays clusters whose every process runs in this JVM, one step at a time, in an order that a
      seed decides, while users work and things go wrong; checks after every revision what must
      hold. docs/simulation.md says more.

        --seeds FROM..TO   these seeds (1..1000)
        --count N          N seeds, from --from
        --from SEED        the first seed (1)
        --duration TIME    go on beginning seeds for that long: 90s, 30m, 8h
        --jobs N           so many at a time (1). They share a JVM: while it loads classes one may have
                           to wait for another, which fails loudly
        --seed SEED        one seed, told in full and, if it fails, shrunk
        --scenario FILE    one written scenario instead
        --no-shrink        tell it as it is
        --kept             first every scenario that ever failed (src/test/resources/simulation)
        --coverage         fail if some fault never struck some component
        --keep-going       play on after a seed that failed
        --replays N        play N of the seeds twice and fail if anything differs (10)
        --help

      Exit code: 0 everything held; 1 something did not: the last lines say what and how to see it
      again; 2 the options make no sense.
      """;

  /** Help was asked for. */
  static final class Help extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final long FOR_EVER = Long.MAX_VALUE / 2;

  static SimulateOptions parse(List<String> arguments) {
    Parser parser = new Parser();
    for (int i = 0; i < arguments.size(); i++) {
      String option = arguments.get(i);
      if (parser.flag(option)) {
        continue;
      }
      if (i + 1 == arguments.size()) {
        throw new ScenarioException(option + ": unknown, or needs a value");
      }
      parser.option(option, arguments.get(++i));
    }
    return parser.options();
  }

  private static final class Parser {
    private long from = 1;
    private long to = 1000;
    private boolean counted;
    private @Nullable Duration time;
    private int jobs = 1;
    private @Nullable Scenario scenario;
    private boolean shrink = true;
    private boolean kept;
    private boolean coverage;
    private boolean keepGoing;
    private int replays = 10;

    boolean flag(String option) {
      switch (option) {
        case "--help", "-h" -> throw new Help();
        case "--no-shrink" -> shrink = false;
        case "--kept" -> kept = true;
        case "--coverage" -> coverage = true;
        case "--keep-going" -> keepGoing = true;
        default -> {
          return false;
        }
      }
      return true;
    }

    void option(String option, String value) {
      switch (option) {
        case "--seeds" -> seeds(value);
        case "--count" -> {
          long count = number(option, value, 1, 1_000_000_000);
          to = from + count - 1;
          counted = true;
        }
        case "--from" -> {
          long length = to - from;
          from = number(option, value, Long.MIN_VALUE / 2, FOR_EVER);
          to = from + length;
        }
        case "--duration" -> time = duration(value);
        case "--jobs" -> jobs = (int) number(option, value, 1, 256);
        case "--seed" -> scenario = Scenarios.of(number(option, value, Long.MIN_VALUE, FOR_EVER));
        case "--scenario" -> scenario = read(value);
        case "--replays" -> replays = (int) number(option, value, 0, 1_000_000);
        default -> throw new ScenarioException(option + ": there is no such option");
      }
    }

    private void seeds(String value) {
      String[] ends = value.split("\\.\\.", -1);
      if (ends.length != 2) {
        throw new ScenarioException("--seeds " + value + ": must be FROM..TO, e.g. 1..1000");
      }
      from = number("--seeds", ends[0], Long.MIN_VALUE / 2, FOR_EVER);
      to = number("--seeds", ends[1], Long.MIN_VALUE / 2, FOR_EVER);
      counted = true;
      if (to < from) {
        throw new ScenarioException("--seeds " + value + ": the last is before the first");
      }
    }

    SimulateOptions options() {
      long last = time != null && !counted ? FOR_EVER : to;
      return new SimulateOptions(
          from, last, time, jobs, scenario, shrink, kept, coverage, keepGoing, replays);
    }
  }

  private static long number(String option, String value, long least, long most) {
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new ScenarioException(
        "%s %s: must be a whole number from %d to %d".formatted(option, value, least, most));
  }

  private static Duration duration(String value) {
    if (!value.matches("[1-9]\\d{0,6}[smh]")) {
      throw new ScenarioException("--duration " + value + ": must be like 90s, 30m or 8h");
    }
    return Duration.parse("PT" + value.toUpperCase(java.util.Locale.ROOT));
  }

  private static Scenario read(String file) {
    try {
      return Scenario.parse(file, Files.readString(Path.of(file)));
    } catch (IOException e) {
      throw new ScenarioException("--scenario " + file + ": cannot be read: " + e.getMessage());
    }
  }
}
