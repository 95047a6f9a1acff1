package dev.capstan.client.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ResourceVersions;
import dev.capstan.client.Backoff;
import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkQueueTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  interface Body {
    void run(Simulation sim, WorkQueue<String> queue) throws Exception;
  }

  private static void with(Body body) {
    Simulation.run(1, sim -> body.run(sim, new WorkQueue<>(sim.seam())));
  }

  private static String version(long revision) {
    return ResourceVersions.whole(revision);
  }

  @Test
  void keysComeInOrderAndOnce() {
    with((sim, queue) -> {
      List.of("a", "b", "a", "c", "b").forEach(queue::add);
      assertThat(queue.depth()).isEqualTo(3);
      assertThat(List.of(queue.take(), queue.take(), queue.take())).containsExactly("a", "b", "c");
    });
  }

  @Test
  void aKeyAddedWhileItIsWorkedOnComesAgainAfterwards() {
    with((sim, queue) -> {
      queue.add("a");
      queue.take();
      queue.add("a");
      queue.add("a");
      assertThat(queue.depth()).as("not on two workers").isZero();
      queue.done("a");
      assertThat(queue.depth()).isEqualTo(1);
      assertThat(queue.take()).isEqualTo("a");
      queue.done("a");
      assertThat(queue.depth()).isZero();
    });
  }

  @Test
  void aDelayedKeyComesInTimeAndTheEarliestDelayCounts() {
    with((sim, queue) -> {
      queue.addAfter("a", Duration.ofSeconds(5));
      queue.addAfter("a", Duration.ofSeconds(2));
      queue.addAfter("a", Duration.ofSeconds(9));
      queue.addAfter("b", Duration.ofSeconds(3));
      assertThat(queue.take()).isEqualTo("a");
      assertThat(sim.elapsed()).isEqualTo(Duration.ofSeconds(2));
      queue.done("a");
      assertThat(queue.take()).isEqualTo("b");
      assertThat(sim.elapsed()).isEqualTo(Duration.ofSeconds(3));
      queue.done("b");
      sim.seam().clock().sleep(Duration.ofSeconds(20));
      queue.shutDown();
      assertThat(queue.take()).as("the later delays are forgotten").isNull();
    });
  }

  @Test
  void aDelayThatIsAddedWhileOthersWaitIsNotMissed() {
    with((sim, queue) -> {
      List<Duration> taken = new ArrayList<>();
      Thread worker =
          sim.seam()
              .threads()
              .start(
                  "worker",
                  () -> {
                    try {
                      queue.take();
                      taken.add(sim.elapsed());
                    } catch (InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
      sim.seam().clock().sleep(SECOND);
      queue.addAfter("late", Duration.ofSeconds(60));
      sim.seam().clock().sleep(SECOND);
      queue.addAfter("early", Duration.ofSeconds(3));
      worker.join();
      assertThat(taken).containsExactly(Duration.ofSeconds(5));
    });
  }

  @Test
  void retriesGrowUntilForgotten() {
    Simulation.run(
        1,
        sim -> {
          Backoff backoff = new Backoff(SECOND, Duration.ofSeconds(8));
          WorkQueue<String> queue = new WorkQueue<>(sim.seam(), backoff);
          for (int ceiling : List.of(1, 2, 4, 8, 8)) {
            Duration before = sim.elapsed();
            queue.retry("a");
            queue.take();
            queue.done("a");
            assertThat(sim.elapsed().minus(before))
                .isBetween(Duration.ofMillis(ceiling * 500L), Duration.ofSeconds(ceiling));
          }
          assertThat(queue.failures("a")).isEqualTo(5);
          queue.forget("a");
          Duration before = sim.elapsed();
          queue.retry("a");
          queue.take();
          assertThat(sim.elapsed().minus(before)).isLessThanOrEqualTo(SECOND);
        });
  }

  @Test
  void aParkedKeyWaitsForItsVersionAndThenComesOnce() {
    with((sim, queue) -> {
      queue.reached(version(10));
      queue.add("a");
      queue.take();
      queue.park("a", version(12));
      queue.done("a");
      queue.add("a");
      queue.addAfter("a", SECOND);
      sim.seam().clock().sleep(Duration.ofSeconds(5));
      queue.add("other");
      assertThat(queue.take()).as("not a").isEqualTo("other");
      assertThat(queue.depth()).isZero();
      queue.reached(version(11));
      assertThat(queue.depth()).isZero();
      queue.reached(version(12));
      assertThat(queue.take()).isEqualTo("a");
      assertThat(queue.depth()).isZero();
    });
  }

  @Test
  void aQueuedKeyCanBeParkedAndAReachedVersionDoesNotPark() {
    with((sim, queue) -> {
      queue.reached(version(5));
      queue.add("a");
      queue.park("a", version(9));
      assertThat(queue.depth()).isZero();
      assertThat(queue.parkedCount()).isEqualTo(1);
      queue.park("b", version(5));
      assertThat(queue.take()).isEqualTo("b");
    });
  }

  @Test
  void ofTwoVersionsTheHigherCounts() {
    with((sim, queue) -> {
      queue.park("a", version(9));
      queue.park("a", version(7));
      queue.reached(version(8));
      assertThat(queue.depth()).isZero();
      queue.reached(version(9));
      assertThat(queue.depth()).isEqualTo(1);
    });
  }

  @Test
  void aStoreThatWentBackLetsParkedKeysGo() {
    with((sim, queue) -> {
      queue.reached(version(50));
      queue.park("a", version(60));
      queue.reached(version(3));
      assertThat(queue.take()).isEqualTo("a");
    });
  }

  @Test
  void shutDownEndsWaitingWorkers() {
    with((sim, queue) -> {
      List<String> ended = new ArrayList<>();
      List<Thread> workers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        workers.add(
            sim.seam()
                .threads()
                .start(
                    "worker",
                    () -> {
                      try {
                        if (queue.take() == null) {
                          ended.add("null");
                        }
                      } catch (InterruptedException e) {
                        ended.add("interrupted");
                      }
                    }));
      }
      sim.seam().clock().sleep(SECOND);
      workers.getFirst().interrupt();
      sim.seam().clock().sleep(SECOND);
      queue.shutDown();
      for (Thread worker : workers) {
        worker.join();
      }
      assertThat(ended).containsExactlyInAnyOrder("interrupted", "null", "null");
    });
  }

  /**
   * Producers raise the target of keys, workers copy what they see: no key is worked on twice at
   * once, and in the end every key has its last target, whatever the order.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void noKeyIsLostOrWorkedOnTwiceAtOnce(long seed) {
    Simulation.run(
        seed,
        sim -> {
          Seam seam = sim.seam();
          WorkQueue<Integer> queue = new WorkQueue<>(seam);
          Map<Integer, Integer> targets = new TreeMap<>();
          Map<Integer, Integer> done = new TreeMap<>();
          TreeSet<Integer> running = new TreeSet<>();
          int[] reached = {0};
          for (int w = 0; w < 5; w++) {
            seam.threads()
                .start("worker", () -> work(seam, queue, targets, done, running, reached));
          }
          List<Thread> producers = new ArrayList<>();
          for (int p = 0; p < 3; p++) {
            producers.add(seam.threads().start("producer", () -> produce(seam, queue, targets)));
          }
          for (Thread producer : producers) {
            producer.join();
          }
          for (int i = 0; i < 50; i++) {
            reached[0] += 10;
            queue.reached(version(reached[0]));
            seam.clock().sleep(SECOND);
          }
          assertThat(done).isEqualTo(targets);
          assertThat(queue.parkedCount()).isZero();
        });
  }

  private static void produce(Seam seam, WorkQueue<Integer> queue, Map<Integer, Integer> targets) {
    try {
      for (int i = 0; i < 200; i++) {
        int key = seam.random().nextInt(12);
        targets.merge(key, 1, Integer::sum);
        if (seam.random().nextBoolean()) {
          queue.add(key);
        } else {
          queue.addAfter(key, Duration.ofMillis(seam.random().nextInt(1000)));
        }
        if (seam.random().nextInt(4) == 0) {
          seam.clock().sleep(Duration.ofMillis(seam.random().nextInt(100)));
        }
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void work(
      Seam seam,
      WorkQueue<Integer> queue,
      Map<Integer, Integer> targets,
      Map<Integer, Integer> done,
      TreeSet<Integer> running,
      int[] reached) {
    try {
      for (Integer key = queue.take(); key != null; key = queue.take()) {
        assertThat(running.add(key)).as("on one worker at a time").isTrue();
        int seen = targets.getOrDefault(key, 0);
        seam.clock().sleep(Duration.ofMillis(seam.random().nextInt(200)));
        done.put(key, seen);
        switch (seam.random().nextInt(4)) {
          case 0 -> queue.retry(key);
          case 1 -> queue.park(key, version(reached[0] + seam.random().nextInt(20)));
          default -> queue.forget(key);
        }
        running.remove(key);
        queue.done(key);
      }
    } catch (InterruptedException e) {
      // The end of the simulation.
    }
  }

  @Test
  void whatAFailingKeyWritesDoesNotBringItBackAtOnce() {
    with((sim, queue) -> {
      int turns = 0;
      queue.add("a");
      while (sim.elapsed().compareTo(Duration.ofMinutes(1)) < 0) {
        assertThat(queue.take()).isEqualTo("a");
        turns++;
        queue.retry("a");
        queue.park("a", version(turns)); // Its write …
        queue.reached(version(turns)); // … is seen at once,
        queue.add("a"); // … and is a change.
        queue.done("a");
      }
      assertThat(turns).isBetween(60, 75);
    });
  }

  @Test
  void aChangeBringsAFailingKeyForward() {
    with((sim, queue) -> {
      for (int i = 0; i < 12; i++) {
        queue.retry("a");
      }
      queue.add("a");
      assertThat(queue.take()).isEqualTo("a");
      assertThat(sim.elapsed()).isEqualTo(WorkQueue.FAILING);
    });
  }

  @Test
  void aKeyThatHasSucceededIsNotHeldBack() {
    with((sim, queue) -> {
      for (int i = 0; i < 12; i++) {
        queue.retry("a");
      }
      queue.forget("a");
      queue.add("a");
      assertThat(queue.take()).isEqualTo("a");
      assertThat(sim.elapsed()).isZero();
    });
  }
}
