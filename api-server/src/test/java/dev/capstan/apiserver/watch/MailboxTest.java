package dev.capstan.apiserver.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.apiserver.testing.FakeStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class MailboxTest {

  private int turns;
  private final FakeStream client = new FakeStream();
  private final Mailbox mailbox = new Mailbox(client, () -> turns++);

  /** A bookmark would claim revisions that were offered between the decision and its sending. */
  @Test
  void aBookmarkWaitsForWhatWasOfferedMeanwhile() throws InterruptedException {
    mailbox.caughtUp();
    mailbox.orderBookmark();
    assertThat(mailbox.next()).isEqualTo(Mailbox.Step.BOOKMARK);
    mailbox.offer(5);
    assertThat(mailbox.takeBookmark()).isFalse();
    assertThat(mailbox.next()).isEqualTo(Mailbox.Step.LOOK);
    assertThat(mailbox.take()).isEqualTo(5);
    // The order is not forgotten.
    assertThat(mailbox.next()).isEqualTo(Mailbox.Step.BOOKMARK);
    assertThat(mailbox.takeBookmark()).isTrue();
  }

  @Test
  void oneThatOverflowsWalksUntilItHasCaughtUp() throws InterruptedException {
    mailbox.caughtUp();
    for (int revision = 1; revision <= 1_000; revision++) {
      mailbox.offer(revision);
    }
    assertThat(mailbox.next()).isEqualTo(Mailbox.Step.LOOK);
    assertThat(mailbox.take()).isEqualTo(-1);
    mailbox.caughtUp();
    mailbox.offer(1_001);
    assertThat(mailbox.take()).isEqualTo(1_001);
  }

  @Test
  void aRevisionWithSeveralEventsIsOfferedOnce() {
    mailbox.caughtUp();
    mailbox.offer(7);
    mailbox.offer(7);
    mailbox.offer(8);
    assertThat(mailbox.take()).isEqualTo(7);
    assertThat(mailbox.take()).isEqualTo(8);
  }

  @Test
  void aTurnIsOrderedOnceUntilItFindsNothingToDo() throws InterruptedException {
    mailbox.caughtUp();
    mailbox.offer(1);
    assertThat(turns).as("while the call's thread lists").isZero();
    Thread call = Thread.startVirtualThread(this::serve);
    mailbox.finish(null);
    call.join();
    assertThat(turns).isEqualTo(1);
    mailbox.offer(2);
    assertThat(turns).as("the first has not ended").isEqualTo(1);
    assertThat(mailbox.next()).isEqualTo(Mailbox.Step.LOOK);
    mailbox.take();
    mailbox.take();
    mailbox.offer(3);
    assertThat(turns).as("it goes on with this").isEqualTo(1);
    mailbox.take();
    assertThat(mailbox.next()).isNull();
    mailbox.offer(4);
    assertThat(turns).isEqualTo(2);
  }

  private void serve() {
    try {
      mailbox.awaitEnd();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aCallThatIsInterruptedWaitsForTheTurnThatIsUnderWay() throws InterruptedException {
    mailbox.caughtUp();
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread call =
        Thread.startVirtualThread(() -> {
          try {
            mailbox.awaitEnd();
          } catch (InterruptedException e) {
            interrupted.set(true);
          }
        });
    call.interrupt();
    while (mailbox.next() != Mailbox.Step.LEAVE) {
      Thread.onSpinWait();
    }
    assertThat(call.isAlive()).isTrue();
    mailbox.finish(null);
    call.join();
    assertThat(interrupted).isTrue();
  }
}
