package dev.capstan.seam.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class SimulationTest {

  private static final Duration HOUR = Duration.ofHours(1);

  /** The order in which ten threads got to run. */
  private static List<Integer> orderOf(long seed) {
    List<Integer> order = new ArrayList<>();
    Simulation.run(
        seed,
        sim -> {
          List<Thread> threads = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            int number = i;
            threads.add(sim.seam().threads().start("t", () -> order.add(number)));
          }
          for (Thread thread : threads) {
            thread.join();
          }
        });
    return order;
  }

  @Test
  void theSameSeedGivesTheSameOrder() {
    assertThat(orderOf(7)).isEqualTo(orderOf(7));
  }

  @Test
  void differentSeedsGiveDifferentOrders() {
    Set<List<Integer>> orders = new HashSet<>();
    for (int seed = 0; seed < 20; seed++) {
      orders.add(orderOf(seed));
    }
    assertThat(orders).hasSizeGreaterThan(15);
  }

  private static Trace busy(long seed) {
    return Simulation.run(
        seed,
        sim -> {
          Seam seam = sim.seam();
          ReentrantLock lock = new ReentrantLock();
          Condition changed = lock.newCondition();
          int[] count = new int[1];
          List<Thread> threads = new ArrayList<>();
          for (int i = 0; i < 20; i++) {
            threads.add(
                seam.threads()
                    .start(
                        "worker",
                        () -> {
                          try {
                            for (int n = 0; n < 10; n++) {
                              seam.clock().sleep(Duration.ofMillis(seam.random().nextInt(100)));
                              lock.lockInterruptibly();
                              try {
                                count[0]++;
                                changed.signal();
                                seam.clock().awaitUntil(lock, changed, seam.clock().nanoTime() + 5);
                              } finally {
                                lock.unlock();
                              }
                            }
                          } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                          }
                        }));
          }
          for (Thread thread : threads) {
            thread.join();
          }
          sim.note("count " + count[0]);
        });
  }

  @Test
  void theSameSeedGivesTheSameTrace() {
    Trace first = busy(3);
    Trace second = busy(3);
    assertThat(second.lines()).isEqualTo(first.lines());
    assertThat(second.digest()).isEqualTo(first.digest());
    assertThat(busy(4).digest()).isNotEqualTo(first.digest());
  }

  @Test
  void theTraceIsTheSameInEveryJvm() {
    // Computed once in another JVM. A change of the runner may change it; a new JVM must not.
    assertThat(busy(3).digest()).isEqualTo("068485bf7de39d07");
  }

  @Test
  void anHourTakesNoTimeAndNoLessThanAnHour() {
    Simulation.run(
        1,
        sim -> {
          long before = sim.seam().clock().nanoTime();
          sim.seam().clock().sleep(HOUR);
          assertThat(sim.seam().clock().nanoTime() - before).isEqualTo(HOUR.toNanos());
          assertThat(sim.seam().clock().now()).isEqualTo(Simulation.EPOCH.plus(HOUR));
        });
  }

  @Test
  void aTimedWaitEndsAtItsDeadlineOrWithTheSignal() {
    Simulation.run(
        1,
        sim -> {
          Seam seam = sim.seam();
          ReentrantLock lock = new ReentrantLock();
          Condition changed = lock.newCondition();
          lock.lock();
          try {
            assertThat(seam.clock().awaitUntil(lock, changed, seam.clock().deadline(HOUR)))
                .isFalse();
            assertThat(sim.elapsed()).isEqualTo(HOUR);
            seam.threads().start("signaller", () -> signal(lock, changed));
            assertThat(seam.clock().awaitUntil(lock, changed, seam.clock().deadline(HOUR)))
                .isTrue();
            assertThat(sim.elapsed()).isEqualTo(HOUR);
          } finally {
            lock.unlock();
          }
        });
  }

  private static void signal(ReentrantLock lock, Condition condition) {
    lock.lock();
    try {
      condition.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Test
  void anInterruptEndsASleepAndATimedWait() {
    Simulation.run(
        1,
        sim -> {
          List<String> ended = new ArrayList<>();
          Seam seam = sim.seam();
          ReentrantLock lock = new ReentrantLock();
          Condition never = lock.newCondition();
          Thread sleeper =
              seam.threads()
                  .start(
                      "sleeper",
                      () -> {
                        try {
                          seam.clock().sleep(HOUR);
                        } catch (InterruptedException e) {
                          ended.add("sleep");
                        }
                      });
          Thread waiter =
              seam.threads()
                  .start(
                      "waiter",
                      () -> {
                        lock.lock();
                        try {
                          while (ended.size() < 2) {
                            seam.clock().awaitUntil(lock, never, seam.clock().deadline(HOUR));
                          }
                        } catch (InterruptedException e) {
                          ended.add("wait");
                        } finally {
                          lock.unlock();
                        }
                      });
          seam.clock().sleep(Duration.ofSeconds(1));
          sleeper.interrupt();
          sleeper.join();
          waiter.interrupt();
          waiter.join();
          assertThat(ended).containsExactly("sleep", "wait");
          assertThat(sim.elapsed()).isEqualTo(Duration.ofSeconds(1));
        });
  }

  @Test
  void aDeadlockIsReportedWithWhoWaitsWhere() {
    assertThatThrownBy(() ->
            Simulation.run(
                5,
                sim -> {
                  ReentrantLock lock = new ReentrantLock();
                  lock.lock();
                  while (lock.isLocked()) {
                    lock.newCondition().await();
                  }
                }))
        .isInstanceOf(SimulationFailure.class)
        .hasMessageContaining("deadlock")
        .hasMessageContaining("seed 5")
        .hasMessageContaining("SimulationTest");
  }

  @Test
  void aThreadThatThrowsFailsTheRun() {
    assertThatThrownBy(() ->
            Simulation.run(
                1,
                sim -> {
                  sim.seam()
                      .threads()
                      .start(
                          "bad",
                          () -> {
                            throw new IllegalStateException("broken");
                          });
                  sim.seam().clock().sleep(HOUR);
                }))
        .hasMessageContaining("main/bad#1 failed")
        .hasRootCauseMessage("broken");
  }

  @Test
  void aTimedWaitOfTheJdkIsAFailure() {
    assertThatThrownBy(() ->
            Simulation.run(
                1,
                sim -> {
                  java.util.concurrent.locks.LockSupport.parkNanos(2_000_000_000L);
                }))
        .isInstanceOf(SimulationFailure.class);
  }

  @Test
  void aMonitorHeldOutsideDelaysButDoesNotReorder() throws InterruptedException {
    List<String> digests = new ArrayList<>();
    for (int run = 0; run < 5; run++) {
      Object monitor = new Object();
      CountDownLatch held = new CountDownLatch(1);
      Thread outside =
          Thread.ofPlatform()
              .start(() -> {
                synchronized (monitor) {
                  held.countDown();
                  LockSupport.parkNanos(20_000_000);
                }
              });
      held.await();
      Trace trace =
          Simulation.run(
              1,
              sim -> {
                List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                  threads.add(
                      sim.seam()
                          .threads()
                          .start(
                              "t",
                              () -> {
                                synchronized (monitor) {
                                  sim.note("inside");
                                }
                              }));
                }
                for (Thread thread : threads) {
                  thread.join();
                }
              });
      digests.add(trace.digest());
      outside.join();
    }
    assertThat(new HashSet<>(digests)).hasSize(1);
  }

  @Test
  void endlessWorkIsAFailure() {
    assertThatThrownBy(() ->
            Simulation.run(
                1,
                new Limits(1000, HOUR),
                sim -> {
                  while (true) {
                    sim.seam().threads().start("busy", () -> {}).join();
                  }
                }))
        .hasMessageContaining("still running after 1000 steps");
    assertThatThrownBy(() ->
            Simulation.run(
                1,
                new Limits(1000, HOUR),
                sim -> {
                  while (true) {
                    sim.seam().clock().sleep(Duration.ofMinutes(10));
                  }
                }))
        .hasMessageContaining("still running after PT1H");
  }

  @Test
  void aPausedProcessStandsStillAndAKilledOneIsGone() {
    Simulation.run(
        1,
        sim -> {
          SimulatedProcess process = sim.process("p");
          int[] ticks = new int[1];
          process.seam().threads().start("ticker", () -> tick(process, ticks));
          sim.seam().clock().sleep(Duration.ofMillis(10_500));
          assertThat(ticks[0]).isEqualTo(10);
          process.pause();
          sim.seam().clock().sleep(HOUR);
          assertThat(ticks[0]).isEqualTo(10);
          process.resume();
          sim.seam().clock().sleep(Duration.ofMillis(1));
          assertThat(ticks[0]).as("time went on meanwhile").isEqualTo(11);
          process.kill();
          sim.seam().clock().sleep(HOUR);
          assertThat(ticks[0]).isEqualTo(11);
        });
  }

  private static void tick(SimulatedProcess process, int[] ticks) {
    try {
      while (true) {
        process.seam().clock().sleep(Duration.ofSeconds(1));
        ticks[0]++;
      }
    } catch (InterruptedException e) {
      // The end of the simulation.
    }
  }

  @Test
  void libraryTimersRunOnSimulatedTimeAndCanBeCancelled() {
    Simulation.run(
        1,
        sim -> {
          var timers = sim.seam().threads().libraryTimers();
          List<Duration> fired = new ArrayList<>();
          timers.schedule(() -> fired.add(sim.elapsed()), 999_999, TimeUnit.MICROSECONDS);
          ScheduledFuture<?> cancelled =
              timers.schedule(() -> fired.add(HOUR), 2, TimeUnit.SECONDS);
          ScheduledFuture<?> periodic =
              timers.scheduleAtFixedRate(() -> fired.add(HOUR), 10, 1, TimeUnit.SECONDS);
          cancelled.cancel(false);
          sim.seam().clock().sleep(Duration.ofMillis(12_500));
          periodic.cancel(false);
          sim.seam().clock().sleep(HOUR);
          assertThat(fired).containsExactly(Duration.ofSeconds(1), HOUR, HOUR, HOUR);
        });
  }
}
