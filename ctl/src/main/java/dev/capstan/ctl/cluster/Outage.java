package dev.capstan.ctl.cluster;

import dev.capstan.client.ApiException;
import dev.capstan.client.Connection;
import dev.capstan.seam.Clock;
import java.io.PrintStream;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How a command that follows something bears an API server that is away: it says so once, tries
 * again, and says when the server is back. Each thing that is followed has a {@link Reader} of its
 * own, for one may be away while another is not; what is said is said for all of them together.
 */
public final class Outage {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final String server;
  private final Connection connection;
  private final PrintStream err;
  private final Clock clock;
  private final Duration limit;
  private final ReentrantLock lock = new ReentrantLock();

  /** Readers that wait; guarded by the lock. */
  private int away;

  /**
   * With the server there.
   *
   * @param limit how long to bear it; zero for ever
   */
  Outage(String server, Connection connection, PrintStream err, Duration limit) {
    this.server = server;
    this.connection = connection;
    this.err = err;
    this.clock = connection.seam().clock();
    this.limit = limit;
  }

  /** For one more thing that is followed. */
  Reader reader() {
    return new Reader();
  }

  private void left(ApiException failure) {
    lock.lock();
    try {
      if (away++ == 0) {
        say(Unreachable.sentence(server, failure) + "; waiting (Ctrl-C ends)");
      }
    } finally {
      lock.unlock();
    }
  }

  private void cameBack() {
    lock.lock();
    try {
      if (--away == 0) {
        say("Going on.");
      }
    } finally {
      lock.unlock();
    }
  }

  private void say(String line) {
    err.println(line);
    err.flush();
  }

  /** One thing that is followed. By one thread at a time. */
  public final class Reader {
    private boolean waits;
    private long since;
    private Duration pause = FIRST_PAUSE;

    private Reader() {}

    /**
     * Pauses before the next attempt.
     *
     * @throws ApiException the failure, if waiting is of no use or has lasted too long
     */
    public void bear(ApiException failure) throws InterruptedException {
      if (!waits) {
        refuseHopeless(failure);
        waits = true;
        since = clock.nanoTime();
        pause = FIRST_PAUSE;
        left(failure);
      }
      if (limit.isPositive() && clock.nanoTime() - since >= limit.toNanos()) {
        throw failure;
      }
      clock.sleep(pause);
      Duration next = pause.multipliedBy(2);
      pause = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
      connection.reconnectNow();
    }

    /** The server has answered. */
    public void over() {
      if (waits) {
        waits = false;
        cameBack();
      }
    }
  }

  /** Throws what does not pass by itself. */
  static void refuseHopeless(ApiException failure) {
    boolean passes = failure instanceof ApiException.Unavailable && !isUnknownHost(failure);
    if (!passes) {
      throw failure;
    }
  }

  private static boolean isUnknownHost(ApiException failure) {
    boolean unknown = failure.message().contains("Unable to resolve host");
    for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
      unknown |= cause instanceof UnknownHostException;
    }
    return unknown;
  }
}
