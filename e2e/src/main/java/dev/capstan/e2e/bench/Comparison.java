package dev.capstan.e2e.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Two revisions that were measured in turn, pair by pair. A figure of one run is compared only with
 * the same figure of the other run of its pair: what the machine does changes from hour to hour.
 */
final class Comparison {

  /** How many percent worse the middle pair must be before a figure counts as worse. */
  static final double MARGIN_PERCENT = 5;

  /**
   * A figure of both revisions.
   *
   * @param moreIsBetter what this revision's benchmark says of it; an earlier one may not say it
   * @param before its median in each pair's run of the earlier revision
   * @param after the same of this revision; as many
   */
  record Row(Key key, boolean moreIsBetter, List<Double> before, List<Double> after) {

    /** {@code after / before}, pair by pair. */
    List<Double> ratios() {
      return IntStream.range(0, before.size())
          .mapToObj(pair -> after.get(pair) / before.get(pair))
          .toList();
    }

    /**
     * Worse, or better, only if the middle pair says so by more than the margin and no pair says
     * the opposite.
     */
    Verdict verdict() {
      List<Double> ratios = ratios();
      double middle = Stats.median(ratios.stream().mapToDouble(Double::doubleValue).toArray());
      double margin = MARGIN_PERCENT / 100;
      boolean grew = middle > 1 + margin && ratios.stream().allMatch(ratio -> ratio > 1);
      boolean shrank = middle < 1 - margin && ratios.stream().allMatch(ratio -> ratio < 1);
      if (!grew && !shrank) {
        return Verdict.SAME;
      }
      return grew == moreIsBetter ? Verdict.BETTER : Verdict.WORSE;
    }
  }

  /** What the pairs say together. */
  enum Verdict {
    BETTER,
    SAME,
    WORSE
  }

  /** Which figure. */
  record Key(String benchmark, String scenario, String measure, String unit) {}

  /** What the runs of one revision have measured. */
  private static final class Figures {
    final Map<Key, List<Double>> medians = new LinkedHashMap<>();
    final Set<Key> moreIsBetter = new LinkedHashSet<>();

    private void add(Key key, JsonObject figure) {
      medians.computeIfAbsent(key, k -> new ArrayList<>()).add(figure.get("median").getAsDouble());
      if (figure.has("more_is_better") && figure.get("more_is_better").getAsBoolean()) {
        moreIsBetter.add(key);
      }
    }
  }

  private final Map<Key, Row> rows;
  private final List<String> inOneOnly;
  private final List<String> faults;

  private Comparison(Map<Key, Row> rows, List<String> inOneOnly, List<String> faults) {
    this.rows = rows;
    this.inOneOnly = inOneOnly;
    this.faults = faults;
  }

  /**
   * Reads what {@code deploy/bench --against} has laid down.
   *
   * @param folder {@code <pair>/before/<benchmark>.json} and {@code <pair>/after/<benchmark>.json},
   *     pairs counted from 1
   */
  static Comparison read(Path folder) throws IOException {
    Figures before = new Figures();
    Figures after = new Figures();
    List<String> faults = new ArrayList<>();
    int pairs = 0;
    for (int pair = 1; Files.isDirectory(folder.resolve(String.valueOf(pair))); pair++) {
      Path runs = folder.resolve(String.valueOf(pair));
      collect(runs.resolve("before"), "pair " + pair + ", before", before, faults);
      collect(runs.resolve("after"), "pair " + pair + ", after", after, faults);
      pairs = pair;
    }
    if (pairs == 0) {
      throw new BenchmarkException("nothing to compare in " + folder);
    }
    return of(before, after, pairs, faults);
  }

  private static Comparison of(Figures before, Figures after, int pairs, List<String> faults) {
    Map<Key, Row> rows = new LinkedHashMap<>();
    List<String> inOneOnly = new ArrayList<>();
    before.medians.forEach((key, values) -> {
      List<Double> others = after.medians.getOrDefault(key, List.of());
      if (values.size() == pairs && others.size() == pairs) {
        rows.put(key, new Row(key, after.moreIsBetter.contains(key), values, others));
      } else {
        inOneOnly.add(words(key));
      }
    });
    after.medians.keySet().stream()
        .filter(key -> !before.medians.containsKey(key))
        .forEach(key -> inOneOnly.add(words(key)));
    return new Comparison(rows, inOneOnly, faults);
  }

  private static void collect(Path folder, String run, Figures figures, List<String> faults)
      throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> found = Files.list(folder)) {
        found.filter(file -> file.toString().endsWith(".json")).sorted().forEach(files::add);
      }
    }
    if (files.isEmpty()) {
      faults.add(run + ": no figures");
    }
    for (Path file : files) {
      JsonObject report = parse(file);
      String benchmark = report.get("benchmark").getAsString();
      for (JsonElement figure : report.getAsJsonArray("figures")) {
        JsonObject one = figure.getAsJsonObject();
        figures.add(key(benchmark, one), one);
      }
      for (JsonElement check : report.getAsJsonArray("checks")) {
        JsonObject one = check.getAsJsonObject();
        if (!one.get("holds").getAsBoolean()) {
          faults.add(
              run
                  + ", "
                  + benchmark
                  + ": "
                  + one.get("what").getAsString()
                  + ": "
                  + one.get("detail").getAsString());
        }
      }
    }
  }

  private static JsonObject parse(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    }
  }

  private static Key key(String benchmark, JsonObject figure) {
    return new Key(
        benchmark,
        figure.get("scenario").getAsString(),
        figure.get("measure").getAsString(),
        figure.get("unit").getAsString());
  }

  private static String words(Key key) {
    return key.benchmark() + ", " + key.scenario() + ", " + key.measure();
  }

  /** Figures that every run of both revisions has, in the order of the reports. */
  List<Row> rows() {
    return List.copyOf(rows.values());
  }

  /** Figures that a run lacks: they cannot be compared. */
  List<String> inOneOnly() {
    return List.copyOf(inOneOnly);
  }

  /** Checks that did not hold and runs without figures: with any, the ratios mean nothing. */
  List<String> faults() {
    return List.copyOf(faults);
  }
}
