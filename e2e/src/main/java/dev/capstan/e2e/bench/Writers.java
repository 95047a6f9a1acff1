package dev.capstan.e2e.bench;

import dev.capstan.seam.Clock;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Many threads that do the same thing over and over, each as soon as the last time is over. */
final class Writers {

  private static final int MOST_SAMPLES = 200_000;

  private Writers() {}

  /** What is done. */
  interface Deed {
    void run() throws InterruptedException;
  }

  /**
   * What came of it.
   *
   * @param count times it was done
   * @param seconds from the start to the last one's end
   * @param latencies of each time, in seconds
   */
  record Outcome(long count, double seconds, double[] latencies) {

    double rate() {
      return count / seconds;
    }

    /** A percentile of the latencies in milliseconds. */
    double millis(double share) {
      return Stats.percentile(latencies, share) * 1000;
    }
  }

  /** The times of one thread. */
  private static final class Tally {
    private double[] latencies = new double[1024];
    private int count;

    void add(double seconds) {
      if (count == latencies.length && count < MOST_SAMPLES) {
        latencies = Arrays.copyOf(latencies, 2 * count);
      }
      if (count < latencies.length) {
        latencies[count] = seconds;
      }
      count++;
    }

    double[] samples() {
      return Arrays.copyOf(latencies, Math.min(count, latencies.length));
    }
  }

  /**
   * Does it for so long on so many virtual threads.
   *
   * @throws BenchmarkException if it failed once
   */
  static Outcome run(Seam seam, int threads, Duration length, Deed deed)
      throws InterruptedException {
    Clock clock = seam.clock();
    Stopwatch watch = Stopwatch.started(clock);
    long end = clock.deadline(length);
    AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    List<Tally> tallies = new ArrayList<>();
    List<Thread> running = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Tally tally = new Tally();
      tallies.add(tally);
      running.add(seam.threads().start("writer", () -> repeat(clock, end, deed, tally, failure)));
    }
    for (Thread thread : running) {
      thread.join();
    }
    RuntimeException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    double seconds = watch.seconds();
    double[] all = tallies.stream().flatMapToDouble(t -> Arrays.stream(t.samples())).toArray();
    long count = tallies.stream().mapToLong(tally -> tally.count).sum();
    return new Outcome(count, seconds, all);
  }

  private static void repeat(
      Clock clock,
      long end,
      Deed deed,
      Tally tally,
      AtomicReference<@Nullable RuntimeException> failure) {
    try {
      while (clock.nanoTime() - end < 0 && failure.get() == null) {
        Stopwatch one = Stopwatch.started(clock);
        deed.run();
        tally.add(one.seconds());
      }
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    } catch (InterruptedException e) {
      failure.compareAndSet(null, new BenchmarkException("interrupted"));
    }
  }
}
