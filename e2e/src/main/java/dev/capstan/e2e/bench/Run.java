package dev.capstan.e2e.bench;

import dev.capstan.seam.Seam;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One run of one benchmark: what it is given, and where it reports to. */
final class Run implements AutoCloseable {

  private final Settings settings;
  private final Seam seam;
  private final Report report;
  private final List<Cluster> clusters = new ArrayList<>();

  Run(Settings settings, Seam seam, Report report) {
    this.settings = settings;
    this.seam = seam;
    this.report = report;
  }

  Settings settings() {
    return settings;
  }

  Seam seam() {
    return seam;
  }

  /** True: the smallest scale that shows that the benchmark works. */
  boolean smoke() {
    return settings.smoke();
  }

  /** The value for a smoke run, or the one for a real one. */
  int scaled(int smoke, int full) {
    return settings.smoke() ? smoke : full;
  }

  /** Numbers of simulated nodes to measure: as the user says, else these. */
  List<Integer> nodes(int smoke, Integer... full) {
    if (!settings.nodes().isEmpty()) {
      return settings.nodes();
    }
    return settings.smoke() ? List.of(smoke) : List.of(full);
  }

  /** Measured repeats: as the user says, else this; one in a smoke run. */
  int repeats(int full) {
    return settings.repeats() > 0 ? settings.repeats() : scaled(1, full);
  }

  /** A cluster of its own, not started yet. */
  Cluster.Builder cluster() {
    Path folder = settings.folder().resolve(report.name() + "-" + (clusters.size() + 1));
    return new Cluster.Builder(settings, seam, folder, clusters::add);
  }

  Stopwatch stopwatch() {
    return Stopwatch.started(seam.clock());
  }

  /** Says what is going on. */
  void progress(String words) {
    System.err.println("    " + words);
  }

  /** Something a reader must know, such as what is simulated. */
  void condition(String what, String value) {
    report.condition(what, value);
  }

  /** A result. The figure may still be added to. */
  Figure report(Figure figure) {
    report.add(figure);
    return figure;
  }

  /** Something that must hold, or the figures mean nothing. */
  void check(String what, boolean holds, String detail) {
    if (!holds) {
      progress("FAILED " + what + ": " + detail);
    }
    report.add(new Check(what, holds, detail));
  }

  /** Stops whatever the benchmark has left running. */
  @Override
  public void close() {
    clusters.forEach(Cluster::close);
  }
}
