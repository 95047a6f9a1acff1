package dev.capstan.ctl.rollout;

import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.text.Ages;
import dev.capstan.ctl.text.LiveLine;
import dev.capstan.seam.Clock;
import java.time.Duration;

/** Shows progress: one line that changes in place on a terminal, a line per change elsewhere. */
final class Screen {

  private static final int BAR = 20;

  private final Cli cli;
  private final Clock clock;
  private final long began;
  private final LiveLine bar;
  private String last = "";

  Screen(Cli cli) {
    this.cli = cli;
    this.clock = cli.env().seam().clock();
    this.began = clock.nanoTime();
    this.bar = new LiveLine(cli.out());
  }

  void show(Progress progress, Deployment d, boolean liveWanted) {
    // Lines of -v would come between.
    boolean live = liveWanted && cli.env().terminal() && !cli.session().tellsCalls();
    if (live && progress.state() == Progress.State.RUNNING) {
      bar.show(bar(d));
      return;
    }
    boolean fresh = !progress.line().equals(last) && progress.state() != Progress.State.FAILED;
    if (fresh) {
      end();
      cli.out().println(progress.line());
      cli.out().flush();
      last = progress.line();
    }
  }

  /** Clears the line that changes. */
  void end() {
    bar.clear();
  }

  /** Leaves the line that changes as it is; false if there was none. */
  boolean leave() {
    return bar.leave();
  }

  private String bar(Deployment d) {
    DeploymentStatus s = d.getStatus();
    boolean seen = d.getMetadata().getGeneration() <= s.getObservedGeneration();
    int wanted = Progress.replicas(d);
    int updated = seen ? Math.max(0, s.getUpdatedReplicas()) : 0;
    int old = Math.max(0, s.getReplicas() - updated);
    int available = s.getAvailableReplicas();
    int filled = wanted <= 0 ? BAR : (int) Math.min(BAR, (long) updated * BAR / wanted);
    String took = Ages.human(Duration.ofNanos(clock.nanoTime() - began));
    return d.getMetadata().getName()
        + " ["
        + "=".repeat(filled)
        + " ".repeat(BAR - filled)
        + "] "
        + updated
        + "/"
        + wanted
        + " updated, "
        + available
        + " available, "
        + old
        + " old, "
        + took;
  }
}
