package dev.capstan.e2e.sim;

import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Many who read at once and do not wait for each other, so that reads are under way whenever
 * something is written. Whether what they are told is true is checked where all reads are.
 */
final class Readers {

  private static final Duration PAUSE = Duration.ofMillis(90);

  private interface Read {
    void by(Api api) throws InterruptedException;
  }

  private static final List<Read> READS =
      List.of(
          Api::revision, api -> api.deployments().list(), Api::revision, api -> api.pods().list());

  private Readers() {}

  /** Lets them read for a time. */
  static void read(Api users, World world, Duration time) {
    Api api = users.retryingFor(Duration.ZERO).withTimeout(Duration.ofSeconds(5));
    world.after(Duration.ZERO, () -> send(api, world, time));
  }

  private static void send(Api api, World world, Duration time) {
    Clock clock = world.seam().clock();
    long end = clock.deadline(time);
    try {
      for (int i = 0; clock.nanoTime() < end; i++) {
        Read read = READS.get(i % READS.size());
        api.connection().seam().threads().start("reader", () -> read(read, api));
        clock.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void read(Read read, Api api) {
    try {
      read.by(api);
    } catch (ApiException e) {
      return; // Nothing was learnt.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
