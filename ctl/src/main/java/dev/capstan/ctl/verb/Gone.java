package dev.capstan.ctl.verb;

import com.google.protobuf.Message;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.cluster.Outage;
import dev.capstan.ctl.cluster.Target;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.text.LiveLine;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Waits until objects are gone: looked up by name and recognised by uid, so that a successor does
 * not count.
 */
final class Gone {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final Cli cli;
  private final LiveLine line;
  private final Outage.Reader outage;

  Gone(Cli cli) {
    this.cli = cli;
    this.line = new LiveLine(cli.err());
    this.outage = cli.session().outage();
  }

  void await(Collection<Item> items) throws Exception {
    try (AutoCloseable arrangement = cli.env().console().onInterrupt(line::leave)) {
      look(items);
    }
  }

  private void look(Collection<Item> items) throws InterruptedException {
    Clock clock = cli.env().seam().clock();
    Duration timeout = cli.args().duration("timeout");
    Duration longest = timeout == null || !timeout.isPositive() ? Duration.ofDays(7) : timeout;
    long deadline = clock.deadline(longest);
    Duration pause = FIRST_PAUSE;
    List<Item> left = remaining(new ArrayList<>(items));
    while (!left.isEmpty()) {
      if (clock.nanoTime() - deadline >= 0) {
        line.clear();
        Item first = left.getFirst();
        throw CliException.error(
            "timed out waiting for the condition on " + first.kind().plural() + "/" + first.name());
      }
      progress(left.size(), items.size());
      clock.sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
      left = remaining(left);
    }
    line.clear();
  }

  private List<Item> remaining(List<Item> items) throws InterruptedException {
    try {
      List<Item> left = present(items);
      outage.over();
      return left;
    } catch (ApiException.Unavailable e) {
      line.clear();
      outage.bear(e);
      return items;
    }
  }

  private List<Item> present(List<Item> items) throws InterruptedException {
    Api api = cli.api().retryingFor(Duration.ZERO);
    List<Item> left = new ArrayList<>();
    for (Item item : items) {
      Optional<Message> found =
          Target.resource(api, item.kind(), item.metadata().getNamespace()).find(item.name());
      boolean there =
          found.isPresent()
              && item.kind().metadata(found.get()).getUid().equals(item.metadata().getUid());
      if (there) {
        left.add(item);
      }
    }
    return left;
  }

  private void progress(int left, int all) {
    if (cli.env().terminal() && cli.env().interactive()) {
      line.show("waiting for " + left + " of " + all + " to end");
    }
  }
}
