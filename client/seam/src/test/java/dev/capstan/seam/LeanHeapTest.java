package dev.capstan.seam;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.capstan.seam.sim.Simulation;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LeanHeapTest {

  private static final long MIB = 1024 * 1024;

  /** A heap that is as the test says; a full collection makes it as large as what lives. */
  private static final class PlayedHeap {
    long committed = 48 * MIB;
    long live = 40 * MIB;
    long cpu;
    int full;

    LeanHeap.Heap heap() {
      return new LeanHeap.Heap(
          () -> committed,
          () -> cpu,
          () -> {
            full++;
            committed = live;
          });
    }
  }

  private interface Scene {
    void play(Simulation sim, PlayedHeap heap) throws InterruptedException;
  }

  private static void play(Scene scene, Consumer<PlayedHeap> expectation) {
    Simulation.run(
        1,
        sim -> {
          PlayedHeap heap = new PlayedHeap();
          var idle = new LeanHeap(heap.heap(), sim.seam().clock());
          Thread thread = sim.seam().threads().start("lean heap", idle::run);
          sim.seam().clock().sleep(Duration.ofSeconds(1));
          scene.play(sim, heap);
          thread.interrupt();
          expectation.accept(heap);
        });
  }

  private static void busy(Simulation sim, PlayedHeap heap, int seconds)
      throws InterruptedException {
    for (int i = 0; i < seconds; i++) {
      sim.seam().clock().sleep(Duration.ofSeconds(1));
      heap.cpu += Duration.ofMillis(200).toNanos();
    }
  }

  @Test
  void whatAHeapHasGrownByIsGivenBackWhenTheWorkIsDone() {
    play(
        (sim, heap) -> {
          heap.committed = 300 * MIB;
          busy(sim, heap, 20);
          assertThat(heap.full).as("while busy").isZero();
          sim.seam().clock().sleep(Duration.ofSeconds(20));
        },
        heap -> {
          assertThat(heap.full).isEqualTo(1);
          assertThat(heap.committed).isEqualTo(40 * MIB);
        });
  }

  @Test
  void whatWasKeptForAWhileIsGivenBackHalfAMinuteLater() {
    play(
        (sim, heap) -> {
          heap.committed = 300 * MIB;
          heap.live = 100 * MIB;
          sim.seam().clock().sleep(Duration.ofSeconds(15));
          assertThat(heap.committed).isEqualTo(100 * MIB);
          heap.live = 40 * MIB;
          sim.seam().clock().sleep(Duration.ofHours(1));
        },
        heap -> {
          assertThat(heap.full).isEqualTo(2);
          assertThat(heap.committed).isEqualTo(40 * MIB);
        });
  }

  @Test
  void aHeapIsNeverMuchLargerThanTwiceWhatItWas() {
    play(
        (sim, heap) -> {
          for (int i = 0; i < 100; i++) {
            busy(sim, heap, 10);
            heap.committed += 20 * MIB;
            assertThat(heap.committed).isLessThan(2 * 48 * MIB + 256 * MIB + 20 * MIB);
          }
        },
        heap -> assertThat(heap.full).isBetween(4, 7));
  }

  @Test
  void aHeapThatHasNotGrownIsLeftAlone() {
    play(
        (sim, heap) -> sim.seam().clock().sleep(Duration.ofHours(1)),
        heap -> assertThat(heap.full).isZero());
  }

  @Test
  void growthByLessThanAQuarterIsNotWorthAPause() {
    play(
        (sim, heap) -> {
          heap.committed = 59 * MIB;
          sim.seam().clock().sleep(Duration.ofMinutes(1));
          assertThat(heap.full).isZero();
          heap.committed = 61 * MIB;
          sim.seam().clock().sleep(Duration.ofSeconds(20));
        },
        heap -> assertThat(heap.full).isEqualTo(1));
  }

  @Test
  void whatLivesIsCollectedTwiceAndNotAgain() {
    play(
        (sim, heap) -> {
          heap.committed = 300 * MIB;
          heap.live = 290 * MIB;
          sim.seam().clock().sleep(Duration.ofHours(1));
        },
        heap -> assertThat(heap.full).isEqualTo(2));
  }

  @Test
  void theJvmsOwnRatiosAreAsBeforeAfterACollection() {
    var vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    List<String> before = ratios(vm);
    long collections = collections();
    LeanHeap.Heap.own().collect().run();
    assertThat(collections()).isGreaterThan(collections);
    assertThat(ratios(vm)).isEqualTo(before);
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  private static List<String> ratios(HotSpotDiagnosticMXBean vm) {
    return List.of(
        vm.getVMOption("MinHeapFreeRatio").getValue(),
        vm.getVMOption("MaxHeapFreeRatio").getValue());
  }
}
