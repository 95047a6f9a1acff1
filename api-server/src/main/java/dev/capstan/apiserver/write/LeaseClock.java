package dev.capstan.apiserver.write;

import dev.capstan.kinds.LeaseStrategy;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * How long a lease has certainly not been renewed, by this server's monotonic clock alone: times
 * that holders write mean nothing here.
 *
 * <p>Once a second the newest revision that this server has seen is noted. A lease whose last
 * change is not newer than what was seen at some moment has not been renewed since that moment. A
 * server that has just started, or has lost the store's watch, has seen nothing: a lease counts as
 * renewed when it first looks. Each of several servers goes by what it has seen itself; a renewal
 * through another one that it has not seen yet makes the acquisition's transaction fail.
 */
public final class LeaseClock implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofSeconds(1);
  private static final int MOST = LeaseStrategy.MAX_SECONDS + 2;

  private final Seam seam;
  private final Supplier<OptionalLong> newest;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Seen> seen = new ArrayDeque<>();
  private final Thread thread;

  /** By that time this revision had been seen. */
  private record Seen(long revision, long at) {}

  /**
   * Begins to look.
   *
   * @param newest the newest revision that was seen; empty while there is none
   */
  public LeaseClock(Seam seam, Supplier<OptionalLong> newest) {
    this.seam = seam;
    this.newest = newest;
    this.thread = seam.threads().start("lease-clock", this::run);
  }

  private void run() {
    try {
      while (true) {
        look();
        seam.clock().sleep(PERIOD);
      }
    } catch (InterruptedException e) {
      return; // The server stops.
    }
  }

  private void look() {
    OptionalLong now = newest.get();
    lock.lock();
    try {
      if (now.isEmpty()) {
        seen.clear();
      } else if (seen.isEmpty() || seen.getLast().revision() < now.getAsLong()) {
        seen.add(new Seen(now.getAsLong(), seam.clock().nanoTime()));
        if (seen.size() > MOST) {
          seen.removeFirst();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * How long what was last changed at this revision, and has been read just now, has certainly been
   * as it is.
   */
  Duration unchanged(long modRevision) {
    lock.lock();
    try {
      return seen.stream()
          .filter(moment -> moment.revision() >= modRevision)
          .findFirst()
          .map(moment -> Duration.ofNanos(seam.clock().nanoTime() - moment.at()))
          .orElse(Duration.ZERO);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
