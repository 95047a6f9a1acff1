package dev.capstan.controller.nodelifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Taint;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Change;
import dev.capstan.client.cache.Snapshot;
import dev.capstan.client.cache.SnapshotBuilder;
import dev.capstan.controller.model.Things;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which nodes are looked at because of a pod. */
class NodesOfPodTest {

  private static final Pod BOUND = Things.pod(Things.replicaSet("web", 1), "a");
  private static final Pod PENDING = unbound();

  private static Pod unbound() {
    Pod.Builder pod = BOUND.toBuilder();
    pod.getSpecBuilder().clearNodeName();
    return pod.build();
  }

  private static Snapshot nodes(Node... nodes) {
    SnapshotBuilder snapshot = new SnapshotBuilder().kind(ObjectType.NODE, List.of());
    for (Node node : nodes) {
      snapshot.put(ObjectType.NODE, node);
    }
    return snapshot.at("128");
  }

  private static Snapshot tainted(String effect) {
    Node.Builder node = Node.newBuilder().setMetadata(ObjectMeta.newBuilder().setName("node-1"));
    node.getSpecBuilder().addTaints(Taint.newBuilder().setKey("team").setEffect(effect));
    return nodes(node.build());
  }

  private static List<String> visited(
      Snapshot snapshot, @Nullable Pod before, @Nullable Pod after) {
    return NodeController.nodesOf(snapshot, new Change<>(ObjectType.POD.key(BOUND), before, after));
  }

  @Test
  void aNodeThatDoesNotExistIsLookedAtForEachPodThatComes() {
    assertThat(visited(nodes(), null, BOUND)).containsExactly("node-1");
    assertThat(visited(nodes(), PENDING, BOUND)).containsExactly("node-1");
  }

  @Test
  void aNodeThatMovesPodsIsLookedAtForEachPodThatComes() {
    assertThat(visited(tainted("NoExecute"), PENDING, BOUND)).containsExactly("node-1");
  }

  @Test
  void aNodeThatLeavesItsPodsAloneIsNot() {
    assertThat(visited(tainted("NoSchedule"), PENDING, BOUND)).isEmpty();
  }

  @Test
  void whatHappensToAPodThatIsThereConcernsNoNode() {
    assertThat(visited(nodes(), BOUND, Things.ready(BOUND, Things.START))).isEmpty();
    assertThat(visited(nodes(), BOUND, null)).isEmpty();
    assertThat(visited(nodes(), null, PENDING)).isEmpty();
  }
}
