package dev.capstan.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.cache.Change;
import dev.capstan.scheduler.core.Decision;
import dev.capstan.scheduler.core.Fixtures;
import dev.capstan.scheduler.core.SchedulingCore;
import dev.capstan.seam.FakeClock;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class InboxTest {

  private final FakeClock clock = new FakeClock();
  private final Inbox inbox = new Inbox(clock);
  private final SchedulingCore core = new SchedulingCore();
  private final Node node = Fixtures.node("n1", "1", "8Gi", 110);
  private final Pod pod = Fixtures.pod("p", "1", "64Mi");

  private static Change<Pod> change(@Nullable Pod before, Pod after) {
    return new Change<>(new ObjectKey("default", "p"), before, after);
  }

  private List<Decision> drainAndDecide() throws InterruptedException {
    assertThat(inbox.drainInto(core, OptionalLong.of(clock.nanoTime()))).isTrue();
    return core.decide(clock.nanoTime(), 100);
  }

  @Test
  void aPodWhoseStatusChangesBeforeItIsLookedAtIsStillScheduled() throws InterruptedException {
    inbox.node(new Change<>(new ObjectKey("", "n1"), null, node));
    inbox.pod(change(null, pod));
    inbox.pod(change(pod, Fixtures.inPhase(pod, "Pending")));
    assertThat(drainAndDecide()).singleElement().isInstanceOf(Decision.Bind.class);
  }

  @Test
  void aPodThatEndsGivesItsPlaceBack() throws InterruptedException {
    Pod bound = Fixtures.bound(pod, "n1");
    inbox.node(new Change<>(new ObjectKey("", "n1"), null, node));
    inbox.pod(change(null, bound));
    assertThat(drainAndDecide()).isEmpty();
    Pod running = Fixtures.inPhase(bound, "Running");
    inbox.pod(change(bound, running));
    inbox.pod(change(running, Fixtures.inPhase(bound, "Failed")));
    inbox.pod(change(null, Fixtures.pod("q", "1", "64Mi")));
    assertThat(drainAndDecide()).singleElement().isInstanceOf(Decision.Bind.class);
  }
}
