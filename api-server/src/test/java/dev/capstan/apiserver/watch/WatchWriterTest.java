package dev.capstan.apiserver.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.seam.Threads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.Test;

class WatchWriterTest {

  private final Started started = new Started();
  private final WatchWriter writer = new WatchWriter(started);
  private final List<String> taken = new ArrayList<>();

  private WatchWriter.Turn turns(String name, int count) {
    int[] left = {count};
    return () -> {
      taken.add(name);
      left[0]--;
      return left[0] > 0;
    };
  }

  @Test
  void everybodyHasOneTurnBeforeAnybodyHasASecond() {
    writer.add(turns("behind", 3));
    writer.add(turns("a", 1));
    writer.add(turns("b", 1));
    assertThat(taken).as("adding takes none").isEmpty();
    started.runAll();
    assertThat(taken).containsExactly("behind", "a", "b", "behind", "behind");
  }

  @Test
  void oneThreadServesAllAndEndsWithThem() {
    for (int i = 0; i < 50; i++) {
      writer.add(turns("w" + i, 1));
    }
    assertThat(started.count).isEqualTo(1);
    started.runAll();
    assertThat(taken).hasSize(50);
    writer.add(turns("later", 1));
    assertThat(started.count).isEqualTo(2);
    started.runAll();
    assertThat(taken).last().isEqualTo("later");
  }

  @Test
  void manyTurnsDoNotKeepTheProcessorFromOthers() {
    writer.add(turns("far behind", 1_000));
    started.runNext();
    assertThat(taken).hasSizeLessThan(100);
    assertThat(started.waiting).as("a new thread goes on").hasSize(1);
    started.runAll();
    assertThat(taken).hasSize(1_000);
  }

  /** Threads that run when they are told to. */
  private static final class Started implements Threads {
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int count;

    void runNext() {
      waiting.remove().run();
    }

    void runAll() {
      while (!waiting.isEmpty()) {
        runNext();
      }
    }

    @Override
    public Thread start(String name, Runnable body) {
      count++;
      waiting.add(body);
      return Thread.ofVirtual().unstarted(body);
    }

    @Override
    public Executor executor() {
      throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledExecutorService libraryTimers() {
      throw new UnsupportedOperationException();
    }
  }
}
