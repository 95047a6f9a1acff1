package dev.capstan.seam;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Gives back what the heap has grown by once the work that it grew for is done. The JVM does so
 * only after a full collection, and a server that has become idle never needs one: it would keep
 * the memory of its busiest minute for ever; and one that is always busy fills all that it may have
 * with garbage before it collects the old.
 *
 * <p>At most two full collections for each growth: one while there is little to do, or when the
 * heap is more than twice what it was after the last; and one half a minute after that.
 */
public final class LeanHeap {

  private static final Duration LOOK = Duration.ofSeconds(5);

  /** Processor time between two looks from which on there is much to do: a fifth of one. */
  private static final long BUSY = LOOK.toNanos() / 5;

  /** Looks in a row at which there must have been little to do. */
  private static final int CALM = 2;

  /** Least growth that is worth a pause when there is little to do, in bytes. */
  private static final long WORTH_IT = 8L * 1024 * 1024;

  /** And as a share of what it was, for what lives takes time: a quarter. */
  private static final long SHARE = 4;

  /**
   * Calm looks after a collection for another: what was kept for a while, such as past revisions,
   * is garbage by then, and nothing grows that would tell.
   */
  private static final int AFTERWARDS = 6;

  /** Beyond twice its last size: growth that is worth one at any time, in bytes. */
  private static final long TOO_MUCH = 256L * 1024 * 1024;

  /**
   * The heap of a JVM.
   *
   * @param committed bytes it has of the system
   * @param cpu nanoseconds of processor time that its process has had
   * @param collect a full collection
   */
  record Heap(LongSupplier committed, LongSupplier cpu, Runnable collect) {

    private static final String LEAST_FREE = "MinHeapFreeRatio";
    private static final String MOST_FREE = "MaxHeapFreeRatio";

    static Heap own() {
      var memory = ManagementFactory.getMemoryMXBean();
      var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
      return new Heap(
          () -> memory.getHeapMemoryUsage().getCommitted(),
          system::getProcessCpuTime,
          () -> collectTightly(memory));
    }

    /**
     * The flags leave a heap room to grow in; what is given back when there is nothing to do should
     * be all but a little of it. The JVM reads both ratios at each full collection.
     */
    private static void collectTightly(MemoryMXBean memory) {
      var vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      if (vm == null) {
        memory.gc();
        return;
      }
      String least = vm.getVMOption(LEAST_FREE).getValue();
      String most = vm.getVMOption(MOST_FREE).getValue();
      // The lower first, and last: it may never be above the other.
      vm.setVMOption(LEAST_FREE, "5");
      vm.setVMOption(MOST_FREE, "10");
      try {
        memory.gc();
      } finally {
        vm.setVMOption(MOST_FREE, most);
        vm.setVMOption(LEAST_FREE, least);
      }
    }
  }

  private final Heap heap;
  private final Clock clock;

  LeanHeap(Heap heap, Clock clock) {
    this.heap = heap;
    this.clock = clock;
  }

  /** Looks after the heap of this process from now on. */
  public static void tend(Seam seam) {
    seam.threads().start("lean heap", () -> new LeanHeap(Heap.own(), seam.clock()).run());
  }

  void run() {
    try {
      long small = heap.committed.getAsLong();
      int calm = 0;
      int again = Integer.MAX_VALUE;
      while (true) {
        long before = heap.cpu.getAsLong();
        clock.sleep(LOOK);
        calm = heap.cpu.getAsLong() - before < BUSY ? calm + 1 : 0;
        long now = heap.committed.getAsLong();
        boolean worthIt = now - small > Math.max(WORTH_IT, small / SHARE);
        boolean grown = calm >= CALM && worthIt || now > 2 * small + TOO_MUCH;
        if (grown || calm >= again) {
          heap.collect.run();
          small = heap.committed.getAsLong();
          again = grown ? calm + AFTERWARDS : Integer.MAX_VALUE;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
