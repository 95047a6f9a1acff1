package dev.capstan.kubelet.pod;

import dev.capstan.seam.Seam;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts threads that a defect does not end. */
public final class Threads {

  private static final Logger log = LoggerFactory.getLogger(Threads.class);
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private Threads() {}

  /**
   * Starts a thread that runs {@code body} until it returns. What it throws is logged, and it is
   * run again after a while: nobody would notice its absence, and the rest of the node goes on.
   */
  public static Thread start(Seam seam, String name, Runnable body) {
    return seam.threads().start(name, () -> run(seam, name, body));
  }

  private static void run(Seam seam, String name, Runnable body) {
    while (true) {
      try {
        body.run();
        return;
      } catch (RuntimeException e) {
        log.error("{}: defect, going on in {} s", name, AGAIN.toSeconds(), e);
      }
      try {
        seam.clock().sleep(AGAIN);
      } catch (InterruptedException e) {
        return; // The kubelet stops.
      }
    }
  }
}
