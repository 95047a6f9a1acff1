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
 * again, and says when the server is back. Shared by the threads of a command.
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
  // Guarded by the lock.
  private boolean away;
  private long since;
  private Duration pause = FIRST_PAUSE;

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

  /**
   * Pauses before the next attempt.
   *
   * @throws ApiException the failure, if waiting is of no use or has lasted too long
   */
  public void bear(ApiException failure) throws InterruptedException {
    Duration wait;
    lock.lock();
    try {
      if (!away) {
        refuseHopeless(failure);
        away = true;
        since = clock.nanoTime();
        pause = FIRST_PAUSE;
        err.println(Unreachable.sentence(server, failure) + "; waiting (Ctrl-C ends)");
        err.flush();
      }
      if (limit.isPositive() && clock.nanoTime() - since >= limit.toNanos()) {
        throw failure;
      }
      wait = pause;
      Duration next = pause.multipliedBy(2);
      pause = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
    } finally {
      lock.unlock();
    }
    clock.sleep(wait);
    connection.reconnectNow();
  }

  /** The server has answered. */
  public void over() {
    lock.lock();
    try {
      if (away) {
        away = false;
        err.println("Going on.");
        err.flush();
      }
    } finally {
      lock.unlock();
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
