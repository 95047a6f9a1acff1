package dev.capstan.controller.nodelifecycle;

import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.NodeStatus;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodStatus;
import dev.capstan.api.v1.Taint;
import java.time.Duration;
import java.util.List;

/** What a node wants done. */
public sealed interface NodeAction {

  /** Say that nothing is known of the node any more. */
  record MarkUnknown(Node node, NodeStatus status) implements NodeAction {}

  /** Replace the node's taints. */
  record SetTaints(Node node, List<Taint> taints) implements NodeAction {}

  /** Say that a pod is not ready: nobody can tell that it is. */
  record MarkNotReady(Pod pod, PodStatus status) implements NodeAction {}

  /** Delete a pod, with its grace period; what made it can make another one elsewhere. */
  record Evict(Pod pod) implements NodeAction {}

  /** Delete a pod at once: its node does not exist, so nobody will ever confirm that it is gone. */
  record Collect(Pod pod) implements NodeAction {}

  /** Look again after this time. */
  record LookAgain(Duration after) implements NodeAction {}
}
