package dev.capstan.e2e.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What processes have used until a moment.
 *
 * @param cpuSeconds user and system time, by process
 * @param compilerSeconds what of it went into compiling Java, by process
 * @param residentBytes memory now, by process
 * @param peakBytes the most memory so far, by process
 */
record Usage(
    Map<String, Double> cpuSeconds,
    Map<String, Double> compilerSeconds,
    Map<String, Long> residentBytes,
    Map<String, Long> peakBytes) {

  /** CPU seconds of each process since then. */
  Map<String, Double> cpuSince(Usage before) {
    return difference(cpuSeconds, before.cpuSeconds);
  }

  /** The part of {@link #cpuSince} that went into compiling Java. */
  Map<String, Double> compilersSince(Usage before) {
    return difference(compilerSeconds, before.compilerSeconds);
  }

  private static Map<String, Double> difference(
      Map<String, Double> after, Map<String, Double> before) {
    Map<String, Double> difference = new LinkedHashMap<>();
    after.forEach(
        (process, now) -> difference.put(process, now - before.getOrDefault(process, 0.0)));
    return difference;
  }

  /** The sum of CPU seconds since then over the processes of the control plane. */
  double controlPlaneCpuSince(Usage before) {
    return ofControlPlane(cpuSince(before));
  }

  /** The part of {@link #controlPlaneCpuSince} that went into compiling Java. */
  double controlPlaneCompilersSince(Usage before) {
    return ofControlPlane(compilersSince(before));
  }

  private static double ofControlPlane(Map<String, Double> byProcess) {
    return byProcess.entrySet().stream()
        .filter(e -> Cluster.CONTROL_PLANE.contains(e.getKey()))
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }

  /** The memory of the control plane now, in MiB. */
  double controlPlaneMebibytes() {
    return residentBytes.entrySet().stream()
            .filter(e -> Cluster.CONTROL_PLANE.contains(e.getKey()))
            .mapToLong(Map.Entry::getValue)
            .sum()
        / 1048576.0;
  }
}
