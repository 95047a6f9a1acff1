package dev.capstan.e2e.sim.check;

/** What the harness does to the cluster on purpose and nobody in the cluster is to blame for. */
public enum Disturbance {
  /** A container ended or was killed; the subject is "namespace/pod" or a node. */
  CONTAINER_LOST,
  /** A container did not start or hangs; the subject is "namespace/pod" or a node. */
  CONTAINER_FAILS,
  /** A node is cut off, dies or comes back; the subject is the node. */
  NODE,
  /** A process crashed or stood still; the subject is the process. */
  PROCESS,
  /** Messages are lost, late or twice; the subject is the client. */
  NETWORK,
  /** The clock jumped or runs at another rate; the subject is the process or empty for all. */
  CLOCK,
  /** A user deleted, relabelled, cordoned or drained; the subject is what it was done to. */
  USER,
  /** Anything else. */
  OTHER
}
