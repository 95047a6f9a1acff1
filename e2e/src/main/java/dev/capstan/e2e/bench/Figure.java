package dev.capstan.e2e.bench;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One measured quantity: a number per repeat. */
final class Figure {

  /** What it should be. Missing it does not fail a benchmark: machines differ. */
  record Goal(boolean atMost, double value) {
    boolean met(double measured) {
      return atMost ? measured <= value : measured >= value;
    }
  }

  private final String scenario;
  private final String measure;
  private final String unit;
  private final List<Double> samples = new ArrayList<>();
  private @Nullable Goal goal;
  private @Nullable String reference;
  private boolean moreIsBetter;

  private Figure(String scenario, String measure, String unit) {
    this.scenario = scenario;
    this.measure = measure;
    this.unit = unit;
    this.moreIsBetter = unit.endsWith("/s");
  }

  /**
   * A figure without numbers yet.
   *
   * @param scenario under which conditions, e.g. "1,000 nodes"; the table is grouped by it
   * @param measure what, e.g. "run 1000: all Running"
   * @param unit e.g. "s", "MiB", "/s"
   */
  static Figure of(String scenario, String measure, String unit) {
    return new Figure(scenario, measure, unit);
  }

  /** One repeat's number. */
  Figure add(double sample) {
    samples.add(sample);
    return this;
  }

  /** It should be no more than this. */
  Figure atMost(double value) {
    goal = new Goal(true, value);
    return this;
  }

  /** It should be no less than this. */
  Figure atLeast(double value) {
    goal = new Goal(false, value);
    moreIsBetter = true;
    return this;
  }

  /** More of it is better: so it is anyway with rates, and what has a least value. */
  Figure moreIsBetter() {
    moreIsBetter = true;
    return this;
  }

  /**
   * What something else took on another day, with its name and version; the table says so. What was
   * measured in the same run is a figure of its own.
   */
  Figure ofAnotherDay(String other) {
    reference = other;
    return this;
  }

  String scenario() {
    return scenario;
  }

  String measure() {
    return measure;
  }

  String unit() {
    return unit;
  }

  List<Double> samples() {
    return List.copyOf(samples);
  }

  double median() {
    return Stats.median(samples.stream().mapToDouble(Double::doubleValue).toArray());
  }

  double least() {
    return samples.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
  }

  double most() {
    return samples.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
  }

  boolean isMoreBetter() {
    return moreIsBetter;
  }

  @Nullable Goal goal() {
    return goal;
  }

  @Nullable String reference() {
    return reference;
  }
}
