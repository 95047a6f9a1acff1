package dev.capstan.e2e.bench;

import dev.capstan.api.Conditions;
import dev.capstan.api.Quantity;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Pod;

/** One pod as it was seen, and when. Times are of the clock's {@code nanoTime}; 0 for not yet. */
final class PodRecord {

  final String name;
  final String app;
  final long cpuMillis;
  final long memoryBytes;
  final long seen;
  String node = "";
  long bound;
  long running;
  long ready;
  boolean isRunning;
  boolean isReady;
  boolean active;
  boolean holdsRoom;

  PodRecord(Pod pod, long now) {
    name = pod.getMetadata().getName();
    app = pod.getMetadata().getLabelsOrDefault("app", "");
    seen = now;
    long cpu = 0;
    long memory = 0;
    for (Container container : pod.getSpec().getContainersList()) {
      var requests = container.getResources().getRequestsMap();
      cpu += Quantity.parse(requests.getOrDefault(WellKnown.RESOURCE_CPU, "0")).millis();
      memory += Quantity.parse(requests.getOrDefault(WellKnown.RESOURCE_MEMORY, "0")).units();
    }
    cpuMillis = cpu;
    memoryBytes = memory;
  }

  /** Takes over what changed; the node is left to the caller. */
  void update(Pod pod, long now) {
    String phase = pod.getStatus().getPhase();
    boolean ended = phase.equals("Succeeded") || phase.equals("Failed");
    isRunning = phase.equals("Running");
    isReady =
        isRunning
            && Conditions.isTrue(pod.getStatus().getConditionsList(), WellKnown.CONDITION_READY);
    active = !ended && !pod.getMetadata().hasDeletionTimestamp();
    holdsRoom = !ended && !pod.getSpec().getNodeName().isEmpty();
    bound = first(bound, !pod.getSpec().getNodeName().isEmpty(), now);
    running = first(running, isRunning, now);
    ready = first(ready, isReady, now);
  }

  private static long first(long before, boolean now, long when) {
    return before == 0 && now ? when : before;
  }
}
