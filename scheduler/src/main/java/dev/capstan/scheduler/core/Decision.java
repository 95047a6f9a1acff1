package dev.capstan.scheduler.core;

/** What to do about a pod. */
public sealed interface Decision {

  /** The pod it is about. */
  PodRef pod();

  /** Bind it. The core assumes it done until told otherwise. */
  record Bind(PodRef pod, String node) implements Decision {}

  /** Say why it cannot be placed. */
  record Unschedulable(PodRef pod, String message) implements Decision {}
}
