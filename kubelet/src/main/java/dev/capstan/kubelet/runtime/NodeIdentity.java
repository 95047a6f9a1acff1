package dev.capstan.kubelet.runtime;

import java.util.List;

/**
 * Whose containers a kubelet calls its own.
 *
 * @param clusterId uid of the cluster's namespace kube-system; never empty
 * @param nodeName name of the node
 * @param nodeUids uid of the Node object, and after it those that earlier Node objects of this
 *     kubelet had: a node that was deleted and registered again still owns what it started before
 */
public record NodeIdentity(String clusterId, String nodeName, List<String> nodeUids) {

  public NodeIdentity {
    if (clusterId.isEmpty() || nodeName.isEmpty() || nodeUids.isEmpty()) {
      throw new IllegalArgumentException("a node's identity needs cluster id, name and uid");
    }
    nodeUids = List.copyOf(nodeUids);
  }

  /** The uid that new containers are labelled with. */
  public String nodeUid() {
    return nodeUids.getFirst();
  }
}
