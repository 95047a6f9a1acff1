package dev.capstan.e2e.sim.check;

/** What a process of the simulation is, by which its deeds are judged. */
public enum Role {
  USER,
  SCHEDULER,
  CONTROLLERS,
  KUBELET,
  SERVER;

  /** The role of a process called "scheduler-2", "controllers-0", "kubelet-7", "api-server-1". */
  static Role of(String client) {
    if (client.startsWith("scheduler")) {
      return SCHEDULER;
    }
    if (client.startsWith("controller")) {
      return CONTROLLERS;
    }
    if (client.startsWith("kubelet")) {
      return KUBELET;
    }
    return client.startsWith("api-server") || client.startsWith("server") ? SERVER : USER;
  }
}
