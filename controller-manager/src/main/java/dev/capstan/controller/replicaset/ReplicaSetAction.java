package dev.capstan.controller.replicaset;

import dev.capstan.api.v1.Pod;
import java.time.Duration;
import java.util.List;

/** What a ReplicaSet wants done. */
public sealed interface ReplicaSetAction {

  /** Take a pod nobody manages. */
  record Adopt(Pod pod) implements ReplicaSetAction {}

  /** Let go a pod that is not selected any more. */
  record Release(Pod pod) implements ReplicaSetAction {}

  /** Make this many pods. */
  record CreatePods(int count) implements ReplicaSetAction {}

  /** Delete these pods, the most expendable first. */
  record DeletePods(List<Pod> pods) implements ReplicaSetAction {}

  /** Look again after this time: a pod becomes available by waiting. */
  record LookAgain(Duration after) implements ReplicaSetAction {}
}
