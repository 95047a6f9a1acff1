package dev.capstan.e2e.sim;

import dev.capstan.e2e.sim.scenario.Verb;
import java.util.List;

/** Which fault can strike which component. */
final class FaultKinds {

  private static final List<String> CLIENTS = List.of("scheduler", "controllers", "kubelet");

  private FaultKinds() {}

  static List<String> components() {
    return List.of("users", "scheduler", "controllers", "kubelet", "api-server", "node");
  }

  static boolean possible(Verb fault, String component) {
    return switch (fault) {
      case CALL_REFUSED, REQUEST_LOST, REPLY_LOST ->
          CLIENTS.contains(component) || component.equals("users");
      case READERS -> component.equals("users");
      case REQUEST_LATE,
          CALL_HELD,
          CRASH_IN_CALL,
          SLEEP_IN_CALL,
          WATCH_BREAKS,
          WATCH_LAGS,
          WATCH_COMPACTED,
          WATCH_AWAY,
          WATCH_MISSES ->
          CLIENTS.contains(component);
      case CRASH, SLEEP, CLOCK_JUMPS, CLOCK_RATE ->
          CLIENTS.contains(component) || component.equals("api-server");
      case LEADER_SLEEPS -> component.equals("scheduler") || component.equals("controllers");
      case COMMIT_REFUSED,
          COMMIT_LOST,
          COMMIT_REPLY_LOST,
          COMMIT_LATE,
          COMMIT_SLOW,
          CRASH_IN_COMMIT,
          READ_FAILS,
          READ_SLOW,
          VALUE_DAMAGED,
          STORE_WATCH_LAGS,
          STORE_WATCH_COMPACTED,
          STORE_COMPACTED ->
          component.equals("api-server");
      case OBJECT_HIDDEN, READS_FAIL ->
          component.equals("controllers") || component.equals("kubelet");
      case ENGINE_AWAY,
          ENGINE_LOOK_FAILS,
          NODE_CUT,
          NODE_DIES,
          NODE_RENAMED,
          CONTAINER_KILLED,
          START_FAILS,
          START_HANGS,
          ENGINE_REPLY_LOST ->
          component.equals("node");
      default -> false; // What users do.
    };
  }
}
