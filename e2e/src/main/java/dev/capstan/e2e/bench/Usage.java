package dev.capstan.e2e.bench;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What processes have used until a moment.
 *
 * @param cpuSeconds user and system time, by process
 * @param residentBytes memory now, by process
 * @param peakBytes the most memory so far, by process
 */
record Usage(
    Map<String, Double> cpuSeconds, Map<String, Long> residentBytes, Map<String, Long> peakBytes) {

  /** CPU seconds of each process since then. */
  Map<String, Double> cpuSince(Usage before) {
    Map<String, Double> since = new LinkedHashMap<>();
    cpuSeconds.forEach(
        (process, now) -> since.put(process, now - before.cpuSeconds.getOrDefault(process, 0.0)));
    return since;
  }

  /** The sum of CPU seconds since then over the processes of the control plane. */
  double controlPlaneCpuSince(Usage before) {
    return cpuSince(before).entrySet().stream()
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
