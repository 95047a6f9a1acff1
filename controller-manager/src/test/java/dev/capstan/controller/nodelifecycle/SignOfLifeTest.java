package dev.capstan.controller.nodelifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Node;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.cache.Change;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SignOfLifeTest {

  @Test
  void aNodeThatAppearsIsAlive() {
    assertThat(isSignOfLife(null, ready(WellKnown.TRUE))).isTrue();
  }

  @Test
  void aNodeThatTakesBackThatItsStateIsUnknownIsAlive() {
    assertThat(isSignOfLife(ready(WellKnown.UNKNOWN), ready(WellKnown.TRUE))).isTrue();
    assertThat(isSignOfLife(ready(WellKnown.UNKNOWN), ready(WellKnown.FALSE))).isTrue();
  }

  @Test
  void whatTheControllersThemselvesWriteSaysNothing() {
    assertThat(isSignOfLife(ready(WellKnown.TRUE), ready(WellKnown.UNKNOWN))).isFalse();
    assertThat(isSignOfLife(ready(WellKnown.UNKNOWN), ready(WellKnown.UNKNOWN))).isFalse();
    assertThat(isSignOfLife(ready(WellKnown.TRUE), null)).isFalse();
  }

  private static boolean isSignOfLife(@Nullable Node before, @Nullable Node after) {
    return NodeController.isSignOfLife(new Change<>(new ObjectKey("", "n"), before, after));
  }

  private static Node ready(String status) {
    Node.Builder node = Node.newBuilder();
    node.getStatusBuilder()
        .addConditions(Condition.newBuilder().setType(WellKnown.CONDITION_READY).setStatus(status));
    return node.build();
  }
}
