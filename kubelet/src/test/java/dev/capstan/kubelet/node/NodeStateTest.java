package dev.capstan.kubelet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a kubelet remembers of itself. */
class NodeStateTest {

  @TempDir Path data;

  @Test
  void anEmptyFolderIsANewNode() throws Exception {
    assertThat(NodeState.read(data)).isEqualTo(NodeState.NONE);
  }

  @Test
  void uidsOfEarlierNodeObjectsAreKeptNewestFirst() throws Exception {
    NodeState.read(data)
        .registered("c1", "n", "u1")
        .registered("c1", "n", "u2")
        .registered("c1", "n", "u2")
        .write(data);
    assertThat(NodeState.read(data)).isEqualTo(new NodeState("c1", "n", List.of("u2", "u1")));
  }

  @Test
  void anotherClusterBeginsAnew() {
    assertThat(new NodeState("c1", "n", List.of("u1")).registered("c2", "n", "u2").nodeUids())
        .containsExactly("u2");
  }

  @Test
  void whatWasWrittenBeforeNamesWereRememberedIsRead() throws Exception {
    Files.writeString(data.resolve("node-state"), "cluster c1\nnode u1\n");
    assertThat(NodeState.read(data)).isEqualTo(new NodeState("c1", "", List.of("u1")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n",
        "\0\0\0\0",
        "node u1\n",
        "something else\n",
        "cluster c1\n",
        "cluster c1\nname n\n",
        "cluster c1\nname n\nnode u1\n",
        "cluster c1\nname n\nnode u1\nen"
      })
  void aDamagedFileIsNoNewNode(String text) throws Exception {
    Files.writeString(data.resolve("node-state"), text);
    assertThatThrownBy(() -> NodeState.read(data))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("node-state is damaged");
  }
}
