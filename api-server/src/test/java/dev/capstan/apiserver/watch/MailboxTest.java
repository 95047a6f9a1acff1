package dev.capstan.apiserver.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.apiserver.testing.FakeStream;
import org.junit.jupiter.api.Test;

class MailboxTest {

  private final FakeStream client = new FakeStream();
  private final Mailbox mailbox = new Mailbox(client);

  /** A bookmark would claim revisions that were offered between the decision and its sending. */
  @Test
  void aBookmarkWaitsForWhatWasOfferedMeanwhile() throws InterruptedException {
    mailbox.caughtUp();
    mailbox.orderBookmark();
    assertThat(mailbox.await()).isEqualTo(Mailbox.Step.BOOKMARK);
    mailbox.offer(5);
    assertThat(mailbox.takeBookmark()).isFalse();
    assertThat(mailbox.await()).isEqualTo(Mailbox.Step.LOOK);
    assertThat(mailbox.take()).isEqualTo(5);
    // The order is not forgotten.
    assertThat(mailbox.await()).isEqualTo(Mailbox.Step.BOOKMARK);
    assertThat(mailbox.takeBookmark()).isTrue();
  }

  @Test
  void oneThatOverflowsWalksUntilItHasCaughtUp() throws InterruptedException {
    mailbox.caughtUp();
    for (int revision = 1; revision <= 1_000; revision++) {
      mailbox.offer(revision);
    }
    assertThat(mailbox.await()).isEqualTo(Mailbox.Step.LOOK);
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
}
