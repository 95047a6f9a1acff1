package dev.capstan.apiserver.peers;

import dev.capstan.seam.Clock;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says why connections end: at most a line for each reason in ten seconds, whoever floods. */
final class CutLog {

  private static final Logger log = LoggerFactory.getLogger(CutLog.class);
  private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

  private static final class Silence {
    private final long since;
    private int unsaid;

    Silence(long since) {
      this.since = since;
    }
  }

  private final Clock clock;
  private final ConnectionMetrics metrics;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Reason, Silence> silences = new EnumMap<>(Reason.class);

  CutLog(Clock clock, ConnectionMetrics metrics) {
    this.clock = clock;
    this.metrics = metrics;
  }

  void refused(Reason reason, SocketAddress remote) {
    if (begin(reason)) {
      log.warn("refused a connection from {}: {}", Connections.name(remote), reason.words());
    }
  }

  void cut(Reason reason, SocketAddress remote, String why) {
    if (begin(reason)) {
      log.warn("cut the connection from {}: {}", remote, why);
    }
  }

  private boolean begin(Reason reason) {
    metrics.cut(reason);
    lock.lock();
    try {
      Silence silence = silences.get(reason);
      if (silence != null) {
        silence.unsaid++;
        return false;
      }
      silences.put(reason, new Silence(clock.nanoTime()));
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Tells how many were not told one by one, when it is time. */
  void summary() {
    lock.lock();
    try {
      long now = clock.nanoTime();
      silences
          .entrySet()
          .removeIf(entry -> {
            Silence silence = entry.getValue();
            boolean over = now - silence.since >= QUIET_NANOS;
            if (over && silence.unsaid > 0) {
              log.warn(
                  "refused or cut {} more connections: {}", silence.unsaid, entry.getKey().words());
            }
            return over;
          });
    } finally {
      lock.unlock();
    }
  }
}
