package dev.capstan.client.control;

import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * At most one of several processes leads, by a Lease that the leader renews.
 *
 * <p>The server counts on its own monotonic clock how long the lease has not been renewed, and
 * gives it to another only then; nobody compares clocks. What makes it safe is not time but the
 * fence: every acquisition has a new epoch, a leader's writes name theirs, and the server refuses
 * those of an older one. So a leader that was stopped for minutes and wakes up cannot write.
 */
public final class LeaderElection {

  private static final Logger log = LoggerFactory.getLogger(LeaderElection.class);

  /**
   * Times of an election.
   *
   * @param lease unrenewed for this long others may take it; whole seconds
   * @param renewDeadline unable to renew for this long the leader stops by itself; less than {@code
   *     lease}
   * @param period between renewals, and between looks of those who wait
   */
  public record Timing(Duration lease, Duration renewDeadline, Duration period) {

    /**
     * 7 s, 5 s, 1 s: of a leader that stands still another has taken over within 10 s. Who waits
     * sees the last renewal at most a period late, and looks again at most a period after the lease
     * has ended.
     */
    public static final Timing DEFAULT =
        new Timing(Duration.ofSeconds(7), Duration.ofSeconds(5), Duration.ofSeconds(1));
  }

  /** What a leader does. */
  @FunctionalInterface
  public interface Body {
    /**
     * Leads until interrupted, on a thread of its own; must come back soon after an interrupt. The
     * caches have reached the acquisition when it is called. Returning gives the lease up and
     * campaigns again.
     */
    void lead(Leadership leadership) throws InterruptedException;
  }

  private final Api api;
  private final Seam seam;
  private final LeaseClient lease;
  private final Timing timing;
  private final List<InformerSet> caches;
  private volatile boolean leading;

  /**
   * @param identity unique among the candidates, e.g. host name and a random part
   * @param caches what the body decides on
   */
  public LeaderElection(
      Api api, ObjectKey lease, String identity, Timing timing, List<InformerSet> caches) {
    this.api = api;
    this.seam = api.connection().seam();
    this.lease = new LeaseClient(api, lease, identity, timing);
    this.timing = timing;
    this.caches = List.copyOf(caches);
  }

  /** True while the body runs. */
  public boolean leading() {
    return leading;
  }

  /**
   * Campaigns and leads, again and again, until interrupted; then gives the lease up if it holds
   * it.
   */
  public void run(Body body) throws InterruptedException {
    while (true) {
      campaign();
      log.info("leading: {}", lease.describe());
      new Term(api, lease, timing, caches, body, on -> leading = on).serve();
    }
  }

  private void campaign() throws InterruptedException {
    boolean told = false;
    while (true) {
      try {
        if (lease.tryAcquire()) {
          return;
        }
      } catch (ApiException e) {
        if (!told) {
          log.warn("cannot campaign: {}", e.message());
          told = true;
        }
        api.connection().reconnectNow();
      }
      long period = timing.period().toNanos();
      seam.clock().sleep(Duration.ofNanos(period / 2 + seam.random().nextLong(period / 2 + 1)));
    }
  }
}
