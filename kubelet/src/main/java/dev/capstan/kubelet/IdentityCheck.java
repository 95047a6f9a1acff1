package dev.capstan.kubelet;

import dev.capstan.kubelet.node.NodeState;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.kubelet.runtime.RuntimeFault;
import java.io.IOException;

/**
 * Whether a kubelet is still who it was on this machine. One that is not would take the containers
 * of its former life for nobody's, or leave them to nobody: it must not begin.
 */
final class IdentityCheck {

  private final NodePlan plan;
  private final NodeState before;

  private IdentityCheck(NodePlan plan, NodeState before) {
    this.plan = plan;
    this.before = before;
  }

  /**
   * Compares what a node is to be with what it was.
   *
   * @param cluster that the API server speaks for
   * @throws IdentityChanged if it was another node, or still has containers of another cluster
   */
  static void check(NodePlan plan, String cluster)
      throws IOException, InterruptedException, IdentityChanged {
    NodeState before = plan.memory().read();
    if (before.clusterId().isEmpty()) {
      return;
    }
    IdentityCheck check = new IdentityCheck(plan, before);
    if (before.clusterId().equals(cluster)) {
      check.name();
    } else {
      check.leftovers(cluster);
    }
  }

  private void name() throws IdentityChanged {
    String was = before.nodeName();
    String now = plan.profile().name();
    if (!was.isEmpty() && !was.equals(now)) {
      throw new IdentityChanged(
          "this kubelet was node \"%s\" and is to be node \"%s\" now: nothing is touched. To go on as before: --node-name=%s. To make another node of this machine: drain and delete node %s, then %s, which removes its containers and network"
              .formatted(was, now, was, was, plan.memory().cleanUp()));
    }
  }

  /**
   * A node that still has containers of another cluster does not join a new one: nobody would see
   * to them.
   */
  private void leftovers(String cluster) throws InterruptedException, IdentityChanged {
    String name = before.nodeName().isEmpty() ? plan.profile().name() : before.nodeName();
    NodeIdentity was = new NodeIdentity(before.clusterId(), name, before.nodeUids());
    try (ContainerRuntime runtime = plan.runtimes().apply(was)) {
      if (!runtime.list().isEmpty()) {
        throw new IdentityChanged(
            "this node has containers of cluster %s, but the API server speaks for %s; %s removes them"
                .formatted(before.clusterId(), cluster, plan.memory().cleanUp()));
      }
    } catch (RuntimeFault e) {
      throw new IdentityChanged(
          "this node belonged to cluster %s, the API server speaks for %s, and the engine cannot be asked what is left: %s"
              .formatted(before.clusterId(), cluster, e.words()));
    }
  }
}
