package dev.capstan.scheduler.core;

import java.util.List;

/** Says whether a node can take a pod at all, and if not, why. Reads only the two arguments. */
interface Filter {

  /** The obstacles; empty if the node can take the pod. */
  List<Obstacle> check(PodNeeds needs, NodeState node);
}
