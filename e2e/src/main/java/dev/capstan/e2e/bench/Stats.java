package dev.capstan.e2e.bench;

import java.util.Arrays;

/** Order statistics. */
final class Stats {

  private Stats() {}

  /** The middle value; the mean of the two middle ones of an even number. NaN of none. */
  static double median(double... values) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  /**
   * The smallest value that at least {@code share} of the values do not exceed (nearest rank). NaN
   * of none.
   *
   * @param share from 0 to 1, e.g. 0.99
   */
  static double percentile(double[] values, double share) {
    if (values.length == 0) {
      return Double.NaN;
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(share * sorted.length);
    return sorted[Math.max(0, Math.min(sorted.length, rank) - 1)];
  }
}
