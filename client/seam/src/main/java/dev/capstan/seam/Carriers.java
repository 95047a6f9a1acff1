package dev.capstan.seam;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import jdk.management.VirtualThreadSchedulerMXBean;

/**
 * How many carriers run the virtual threads: few, and many when they stand still.
 *
 * <p>Few, because each hand-over from one virtual thread to another wakes an idle carrier if there
 * is one: with 64 carriers on two processors a read costs half as much again as with two. Many,
 * because a virtual thread that loads or initialises a class is pinned to its carrier while it
 * waits for another that does so; if all carriers are pinned like that, the thread they wait for
 * may be one that has no carrier. A kubelet that came back to twenty pods hung so.
 */
final class Carriers {

  private static final String PROPERTY = "jdk.virtualThreadScheduler.parallelism";
  private static final int FEW = Math.max(2, Runtime.getRuntime().availableProcessors());
  private static final int MANY = Math.max(64, FEW);

  /** A virtual thread that has not run for so long has no carrier. */
  private static final Duration BEAT = Duration.ofSeconds(1);

  /** Beats after which few are enough again. */
  private static final int CALM = 60;

  private Carriers() {}

  /** Once in a JVM, and before its first virtual thread, which reads the property. */
  private static final class Watched {
    static final boolean IS = watch();

    private static boolean watch() {
      if (System.getProperty(PROPERTY) != null) {
        return false; // Somebody has decided.
      }
      System.setProperty(PROPERTY, Integer.toString(FEW));
      Thread.ofPlatform().daemon().name("carriers").start(Carriers::keepGoing);
      return true;
    }
  }

  /** Sets their number, and watches from now on; nothing if the user has set it. */
  static boolean ensure() {
    return Watched.IS;
  }

  private static void keepGoing() {
    try {
      Thread.sleep(BEAT); // A program that is over by then needs none of this.
      var scheduler = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
      int calm = 0;
      while (true) {
        calm = beats() ? calm + 1 : 0;
        if (calm == 0) {
          scheduler.setParallelism(MANY);
        } else if (calm == CALM) {
          scheduler.setParallelism(FEW);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean beats() throws InterruptedException {
    CountDownLatch beat = new CountDownLatch(1);
    Thread.startVirtualThread(beat::countDown);
    Thread.sleep(BEAT);
    return beat.getCount() == 0;
  }
}
