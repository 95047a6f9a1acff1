package dev.capstan.apiserver.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class TurnsTest {

  private final Turns turns = new Turns(2);
  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();

  private void call(String name) {
    turns.execute(threads::add, () -> done.add(name));
  }

  @Test
  void soManyAtOnceAndTheOthersInOrder() {
    List.of("a", "b", "c", "d").forEach(this::call);
    assertThat(threads).hasSize(2);
    threads.remove().run();
    assertThat(done).containsExactly("a");
    assertThat(threads).hasSize(2);
    while (!threads.isEmpty()) {
      threads.remove().run();
    }
    assertThat(done).containsExactly("a", "b", "c", "d");
    call("e");
    assertThat(threads).hasSize(1);
  }

  @Test
  void oneThatIsCancelledBeforeItsTurnIsForgotten() {
    List.of("a", "b").forEach(this::call);
    Runnable cancelled = () -> done.add("cancelled");
    turns.execute(threads::add, cancelled);
    call("c");
    turns.forget(cancelled);
    turns.forget(cancelled);
    while (!threads.isEmpty()) {
      threads.remove().run();
    }
    assertThat(done).containsExactly("a", "b", "c");
  }

  @Test
  void oneThatFailsLeavesItsPlace() {
    turns.execute(
        threads::add,
        () -> {
          throw new IllegalStateException("on purpose");
        });
    List.of("a", "b").forEach(this::call);
    Runnable failing = threads.remove();
    assertThat(org.assertj.core.api.Assertions.catchThrowable(failing::run)).isNotNull();
    while (!threads.isEmpty()) {
      threads.remove().run();
    }
    assertThat(done).containsExactly("a", "b");
  }
}
