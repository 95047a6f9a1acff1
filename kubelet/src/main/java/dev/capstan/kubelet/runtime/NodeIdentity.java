package dev.capstan.kubelet.runtime;

import java.util.List;

/**
 * Whose containers a kubelet calls its own. Its Node object may be deleted and registered again
 * while it works: then it has one uid more.
 */
public final class NodeIdentity {

  private final String clusterId;
  private final String nodeName;
  private volatile List<String> nodeUids;

  /**
   * An identity.
   *
   * @param clusterId uid of the cluster's namespace kube-system; never empty
   * @param nodeName name of the node
   * @param nodeUids uid of the Node object, and after it those that earlier Node objects of this
   *     kubelet had: a node that was deleted and registered again still owns what it started before
   */
  public NodeIdentity(String clusterId, String nodeName, List<String> nodeUids) {
    if (clusterId.isEmpty() || nodeName.isEmpty() || nodeUids.isEmpty()) {
      throw new IllegalArgumentException("a node's identity needs cluster id, name and uid");
    }
    this.clusterId = clusterId;
    this.nodeName = nodeName;
    this.nodeUids = List.copyOf(nodeUids);
  }

  public String clusterId() {
    return clusterId;
  }

  public String nodeName() {
    return nodeName;
  }

  /** All uids whose containers are this node's, newest first. */
  public List<String> nodeUids() {
    return nodeUids;
  }

  /** The uid that new containers are labelled with. */
  public String nodeUid() {
    return nodeUids.getFirst();
  }

  /** The Node object is another one now; {@code uids} is its uid, and after it all before. */
  public void renew(List<String> uids) {
    if (uids.isEmpty()) {
      throw new IllegalArgumentException("a node has a uid");
    }
    nodeUids = List.copyOf(uids);
  }
}
