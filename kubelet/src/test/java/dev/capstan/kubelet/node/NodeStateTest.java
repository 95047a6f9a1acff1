package dev.capstan.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a kubelet remembers of itself. */
class NodeStateTest {

  @TempDir Path data;

  @Test
  void anEmptyFolderIsANewNode() throws Exception {
    assertThat(NodeState.read(data)).isEqualTo(new NodeState("", List.of()));
  }

  @Test
  void uidsOfEarlierNodeObjectsAreKeptNewestFirst() throws Exception {
    NodeState.read(data).withUid("c1", "u1").withUid("c1", "u2").withUid("c1", "u2").write(data);
    assertThat(NodeState.read(data)).isEqualTo(new NodeState("c1", List.of("u2", "u1")));
  }

  @Test
  void anotherClusterBeginsAnew() {
    assertThat(new NodeState("c1", List.of("u1")).withUid("c2", "u2").nodeUids())
        .containsExactly("u2");
  }
}
