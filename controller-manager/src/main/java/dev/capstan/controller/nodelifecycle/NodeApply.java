package dev.capstan.controller.nodelifecycle;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.capstan.api.ObjectJson;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Taint;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.controller.Change;
import dev.capstan.controller.Cluster;
import dev.capstan.controller.EventTexts;
import dev.capstan.controller.Patches;
import java.util.ArrayList;
import java.util.List;

/** Carries out what {@link NodeDecision} decided. */
public final class NodeApply {

  private final Cluster cluster;

  public NodeApply(Cluster cluster) {
    this.cluster = cluster;
  }

  public void apply(List<NodeAction> actions) throws InterruptedException {
    List<Change> changes = new ArrayList<>();
    List<Pod> orphans = new ArrayList<>();
    for (NodeAction action : actions) {
      switch (action) {
        case NodeAction.MarkUnknown(var node, var status) -> {
          tell(node);
          Node fresh = node.toBuilder().setStatus(status).build();
          changes.add(new Change.UpdateStatus<>(ObjectType.NODE, fresh));
        }
        case NodeAction.SetTaints(var node, var taints) -> changes.add(taint(node, taints));
        case NodeAction.MarkNotReady(var pod, var status) -> {
          Pod fresh = pod.toBuilder().setStatus(status).build();
          changes.add(new Change.UpdateStatus<>(ObjectType.POD, fresh));
        }
        case NodeAction.Evict(var pod) -> {
          tell(pod, "TaintManagerEviction", "Marking for deletion Pod " + name(pod));
          changes.add(evict(pod));
        }
        case NodeAction.Collect(var pod) -> orphans.add(pod);
        case NodeAction.LookAgain ignored -> {}
      }
    }
    changes.addAll(collect(orphans));
    cluster.write(changes);
  }

  private static Change taint(Node node, List<Taint> taints) {
    JsonArray list = new JsonArray();
    taints.forEach(taint -> list.add(ObjectJson.print(taint)));
    JsonObject spec = new JsonObject();
    spec.add("taints", list);
    return new Change.Patch(
        ObjectType.NODE,
        Change.key(node.getMetadata()),
        Change.unchanged(node.getMetadata()),
        Patches.in("spec", spec));
  }

  private static Change evict(Pod pod) {
    DeleteOptions options =
        DeleteOptions.newBuilder().setPreconditions(Change.unchanged(pod.getMetadata())).build();
    return new Change.Delete(ObjectType.POD, Change.key(pod.getMetadata()), options);
  }

  /** Not on what the cache says: the node may have registered a moment ago. */
  private List<Change> collect(List<Pod> pods) throws InterruptedException {
    List<Change> changes = new ArrayList<>();
    if (pods.isEmpty() || exists(pods.getFirst().getSpec().getNodeName())) {
      return changes;
    }
    for (Pod pod : pods) {
      tell(pod, "PodGC", "PodGC: node no longer exists");
      DeleteOptions options =
          DeleteOptions.newBuilder()
              .setPreconditions(Change.sameObject(pod.getMetadata()))
              .setGracePeriodSeconds(0)
              .build();
      changes.add(new Change.Delete(ObjectType.POD, Change.key(pod.getMetadata()), options));
    }
    return changes;
  }

  private boolean exists(String node) throws InterruptedException {
    return cluster.get(ObjectType.NODE, new ObjectKey("", node)).isPresent();
  }

  private static String name(Pod pod) {
    return pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
  }

  private void tell(Node node) {
    cluster.event(
        EventTexts.reference("v1", "Node", node.getMetadata()),
        Cluster.EventType.NORMAL,
        "NodeNotReady",
        "Node " + node.getMetadata().getName() + " status is now: NodeNotReady");
  }

  private void tell(Pod pod, String reason, String message) {
    cluster.event(
        EventTexts.reference("v1", "Pod", pod.getMetadata()),
        Cluster.EventType.NORMAL,
        reason,
        message);
  }
}
