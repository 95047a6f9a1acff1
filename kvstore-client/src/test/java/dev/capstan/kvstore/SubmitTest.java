package dev.capstan.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kvstore.FaultyKvStore.Fault;
import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import dev.capstan.seam.Threads;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Writers that are promised an answer and do not wait for it. */
class SubmitTest {

  private static final Duration TRIP = Duration.ofMillis(10);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A store on which a commit takes {@link #TRIP}, and a group commit over it. */
  private static final class Slow {
    final Simulation sim;
    final Seam seam;
    final FaultyKvStore faulty;
    final GroupCommit commits;
    final List<Integer> sizes = new ArrayList<>();
    final List<String> told = new ArrayList<>();

    Slow(Simulation sim, Function<Seam, KvStore> store) {
      this.sim = sim;
      this.seam = sim.seam();
      this.faulty = new FaultyKvStore(store.apply(seam));
      KvStore slow =
          new DelegatingKvStore(faulty) {
            @Override
            public CommitResult commit(Group group) {
              sizes.add(group.members().size());
              pause(TRIP);
              return super.commit(group);
            }
          };
      this.commits = new GroupCommit(slow, ValueCodec.plain(), seam, GroupListener.NONE);
    }

    void pause(Duration duration) {
      try {
        seam.clock().sleep(duration);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    CompletableFuture<Result> submit(String key, Duration patience) {
      return tell(key, commits.submit(put(key), seam.clock().deadline(patience), false));
    }

    /** Notes each answer as often as it is given. */
    CompletableFuture<Result> tell(String key, CompletableFuture<Result> promise) {
      var unused =
          promise.whenComplete((result, failure) -> told.add(key + " " + outcome(result, failure)));
      return promise;
    }

    private static String outcome(Result result, Throwable failure) {
      return (failure == null ? result : failure).getClass().getSimpleName();
    }

    void eventually(int answers) throws InterruptedException {
      sim.eventually("answered", Duration.ofMinutes(1), () -> told.size() >= answers);
      seam.clock().sleep(Duration.ofMinutes(1)); // None is answered twice.
      assertThat(told).hasSize(answers);
    }
  }

  private interface Scene {
    void play(Slow slow) throws Exception;
  }

  private static void play(Scene scene) {
    play(MemoryKvStore::new, scene);
  }

  private static void play(Function<Seam, KvStore> store, Scene scene) {
    Simulation.run(
        1,
        sim -> {
          Slow slow = new Slow(sim, store);
          scene.play(slow);
          slow.commits.close();
        });
  }

  private static Txn put(String key) {
    return new Txn(List.of(), List.of(new Txn.Op.Put(key, new byte[10])));
  }

  @Test
  void whatLeavesTogetherIsOneGroup() {
    play(slow -> {
      Outbox outbox = slow.commits.outbox();
      for (int i = 0; i < 64; i++) {
        slow.tell(
            "/" + i, outbox.submit(put("/" + i), slow.seam.clock().deadline(PATIENCE), false));
        slow.pause(Duration.ofMillis(1));
      }
      assertThat(slow.sizes).isEmpty();
      outbox.flush();
      slow.eventually(64);
      assertThat(slow.sizes).containsExactly(64);
      assertThat(slow.told).allMatch(answer -> answer.endsWith(" Committed"));
    });
  }

  /** Two write one key: the second is not in the first's group, and does not wait for it. */
  @Test
  void whatCannotTravelTogetherTravelsBesideEachOther() {
    play(slow -> {
      Outbox outbox = slow.commits.outbox();
      long deadline = slow.seam.clock().deadline(PATIENCE);
      var first = outbox.submit(put("/a"), deadline, false);
      var second = outbox.submit(put("/a"), deadline, false);
      outbox.flush();
      long before = slow.seam.clock().nanoTime();
      CompletableFuture.allOf(first, second).get();
      assertThat(Duration.ofNanos(slow.seam.clock().nanoTime() - before)).isEqualTo(TRIP);
      assertThat(first.get()).isNotEqualTo(second.get());
    });
  }

  @Test
  void whatStillWaitsAtItsDeadlineWasNotSent() {
    play(slow -> {
      slow.submit("/1", PATIENCE);
      slow.pause(Duration.ofMillis(1));
      slow.submit("/2", PATIENCE);
      slow.pause(Duration.ofMillis(1));
      var late = slow.submit("/3", Duration.ofMillis(3));
      slow.pause(Duration.ofMillis(4));
      assertThat(slow.told).containsExactly("/3 Unavailable");
      assertThat(late.exceptionNow()).hasMessageContaining("nothing was sent");
      slow.eventually(3);
      assertThat(slow.faulty.get("/3").entry()).isNull();
    });
  }

  @Test
  void whatIsUnderWayAtItsDeadlineMayHaveHappened() {
    play(slow -> {
      slow.submit("/1", PATIENCE);
      var late = slow.submit("/2", Duration.ofMillis(5));
      slow.pause(Duration.ofMillis(6));
      assertThat(slow.told).containsExactly("/2 UnknownOutcome");
      assertThat(late.exceptionNow()).hasMessageContaining("may have happened");
      slow.eventually(2);
      assertThat(slow.faulty.get("/2").entry()).isNotNull();
    });
  }

  @Test
  void aStoreThatNeverAnswersIsGivenUpOneByOne() {
    play(slow -> {
      Fault[] many = new Fault[1000];
      Arrays.fill(many, Fault.LOSE_REQUEST);
      slow.faulty.fail(many);
      for (int i = 1; i <= 5; i++) {
        slow.submit("/" + i, Duration.ofSeconds(i));
      }
      slow.pause(Duration.ofMillis(1001));
      assertThat(slow.told).containsExactly("/1 UnknownOutcome");
      slow.eventually(5);
      assertThat(slow.told).allMatch(answer -> !answer.endsWith(" Committed"));
    });
  }

  @Test
  void aLostReplyIsFoundOut() {
    play(slow -> {
      slow.faulty.fail(Fault.LOSE_REPLY, Fault.LOSE_REQUEST);
      slow.submit("/a", PATIENCE);
      slow.eventually(1);
      assertThat(slow.told).containsExactly("/a Committed");
    });
  }

  @Test
  void whoThrowsAtItsAnswerHurtsNobody() {
    play(slow -> {
      Outbox outbox = slow.commits.outbox();
      long deadline = slow.seam.clock().deadline(PATIENCE);
      var unused =
          outbox
              .submit(put("/bad"), deadline, false)
              .thenRun(() -> {
                throw new StackOverflowError("on purpose");
              });
      slow.tell("/good", outbox.submit(put("/good"), deadline, false));
      outbox.flush();
      slow.pause(TRIP.multipliedBy(2));
      slow.submit("/next", PATIENCE);
      slow.eventually(2);
      assertThat(slow.told).containsExactly("/good Committed", "/next Committed");
    });
  }

  @Test
  void whoIsSlowAtItsAnswerDoesNotHoldUpThoseThatWait() {
    play(slow -> {
      for (String key : List.of("/1", "/2")) { // Each lane has one.
        var unused = slow.submit(key, PATIENCE).thenRun(() -> slow.pause(Duration.ofMinutes(1)));
        slow.pause(Duration.ofMillis(1));
      }
      slow.submit("/3", PATIENCE);
      slow.pause(TRIP.multipliedBy(2));
      assertThat(slow.told).contains("/3 Committed");
    });
  }

  @Test
  void afterCloseWhatWasTakenIsAnsweredAndTheRestIsRefused() {
    play(slow -> {
      for (int i = 0; i < 3; i++) {
        slow.submit("/" + i, PATIENCE);
      }
      slow.commits.close();
      slow.submit("/late", PATIENCE);
      assertThat(slow.told).containsExactly("/late Unavailable");
      slow.eventually(4);
      assertThat(slow.told).filteredOn(answer -> answer.endsWith(" Committed")).hasSize(3);
    });
  }

  @Test
  void whoIsInterruptedIsToldWhetherItWasSent() {
    play(slow -> {
      Thread caller = Thread.currentThread();
      slow.seam
          .threads()
          .start(
              "interrupter",
              () -> {
                slow.pause(Duration.ofMillis(5));
                caller.interrupt();
              });
      assertThatThrownBy(() -> slow.commits.commit(put("/a"), slow.seam.clock().deadline(PATIENCE)))
          .isInstanceOf(StoreException.UnknownOutcome.class)
          .hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
    });
  }

  @Test
  void oneThatTheStoreRefusesAsSuchHarmsNobodyElse() {
    play(slow -> {
      byte[] tooLarge = new byte[2 << 20];
      Outbox outbox = slow.commits.outbox();
      long deadline = slow.seam.clock().deadline(PATIENCE);
      Txn large = new Txn(List.of(), List.of(new Txn.Op.Put("/large", tooLarge)));
      slow.tell("/1", outbox.submit(put("/1"), deadline, false));
      slow.tell("/large", outbox.submit(large, deadline, false));
      slow.tell("/2", outbox.submit(put("/2"), deadline, false));
      outbox.flush();
      slow.eventually(3);
      assertThat(slow.told)
          .containsExactlyInAnyOrder("/1 Committed", "/large Invalid", "/2 Committed");
    });
  }

  /** Three are under way, two wait for a third to join them. */
  @Test
  void besideAGroupOneWaitsForAsManyButNotLong() {
    play(slow -> {
      slow.faulty.hold(); // The store does not answer any more.
      Outbox outbox = slow.commits.outbox();
      long deadline = slow.seam.clock().deadline(PATIENCE);
      for (int i = 1; i <= 3; i++) {
        slow.tell("/" + i, outbox.submit(put("/" + i), deadline, false));
      }
      outbox.flush();
      slow.submit("/4", PATIENCE);
      slow.submit("/5", PATIENCE);
      slow.pause(Duration.ofMillis(19));
      assertThat(slow.sizes).containsExactly(3);
      slow.pause(Duration.ofMillis(2));
      assertThat(slow.sizes).containsExactly(3, 2);
      slow.faulty.release();
      slow.eventually(5);
    });
  }

  /** A store that promises answers: who submits makes the group ready, who answers answers it. */
  @Test
  void noThreadWaitsForAStoreThatPromises() {
    Simulation.run(
        1,
        sim -> {
          Seam seam = sim.seam();
          List<Runnable> store = new ArrayList<>();
          KvStore promising =
              new DelegatingKvStore(new MemoryKvStore(seam)) {
                @Override
                public CompletableFuture<CommitResult> submit(Group group, Threads threads) {
                  CompletableFuture<CommitResult> promise = new CompletableFuture<>();
                  store.add(() -> promise.complete(commit(group)));
                  return promise;
                }
              };
          List<String> told = new ArrayList<>();
          long deadline = seam.clock().deadline(PATIENCE);
          try (GroupCommit commits =
              new GroupCommit(promising, ValueCodec.plain(), seam, GroupListener.NONE)) {
            for (String key : List.of("/1", "/2", "/3")) {
              var unused =
                  commits
                      .submit(put(key), deadline, false)
                      .thenRun(() -> told.add(key + " " + Thread.currentThread().getName()));
            }
            assertThat(store).hasSize(2); // As many as there are lanes.
            Thread.currentThread().setName("answers");
            store.get(0).run();
            assertThat(store).hasSize(3);
            store.get(2).run();
            store.get(1).run();
            assertThat(told).containsExactly("/1 answers", "/3 answers", "/2 answers");
          }
        });
  }

  @Test
  void whatNoGroupCouldTakeIsRefusedAtOnce() {
    play(slow ->
        assertThatThrownBy(() -> slow.commits.submit(new Txn(List.of(), List.of()), 0, false))
            .isInstanceOf(StoreException.Invalid.class));
  }

  @Test
  void whenSpaceIsShortOnlyDeletesPass() {
    play(
        seam -> new MemoryKvStore(seam, 1_000_000),
        slow -> {
          Txn large = new Txn(List.of(), List.of(new Txn.Op.Put("/large", new byte[850_000])));
          long deadline = slow.seam.clock().deadline(PATIENCE);
          slow.commits.commit(large, deadline);
          slow.pause(TRIP); // The lane looks at the size after it has answered.
          slow.submit("/a", PATIENCE);
          Txn delete = new Txn(List.of(), List.of(new Txn.Op.Delete("/large")));
          slow.tell("/large", slow.commits.submit(delete, deadline, false));
          slow.eventually(2);
          assertThat(slow.told).containsExactlyInAnyOrder("/a OutOfSpace", "/large Committed");
        });
  }
}
