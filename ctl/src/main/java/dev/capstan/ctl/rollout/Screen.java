package dev.capstan.ctl.rollout;

import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentStatus;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.text.Ages;
import dev.capstan.seam.Clock;
import java.time.Duration;

/** Shows progress: one line that changes in place on a terminal, a line per change elsewhere. */
final class Screen {

  private static final int BAR = 20;

  private final Cli cli;
  private final Clock clock;
  private final long began;
  private String last = "";
  private String drawn = "";
  private boolean live;

  Screen(Cli cli) {
    this.cli = cli;
    this.clock = cli.env().seam().clock();
    this.began = clock.nanoTime();
  }

  void show(Progress progress, Deployment d, boolean liveWanted) {
    boolean bar = liveWanted && cli.env().terminal() && progress.state() == Progress.State.RUNNING;
    if (bar) {
      draw(bar(d));
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

  private void draw(String bar) {
    int columns = cli.env().console().columns();
    // A line that fills the last column may wrap: then there would be two to clear.
    String line = columns > 1 && bar.length() >= columns ? bar.substring(0, columns - 1) : bar;
    if (!live || !line.equals(drawn)) {
      cli.out().print((live ? erased(columns) : "\r\u001b[K") + line);
      cli.out().flush();
    }
    live = true;
    drawn = line;
  }

  /** Leaves the line that changes. */
  void end() {
    if (live) {
      cli.out().print(erased(cli.env().console().columns()));
      cli.out().flush();
      live = false;
    }
  }

  /** Clears what was drawn: a terminal that was made narrower has broken it into several rows. */
  private String erased(int columns) {
    int rows = columns > 0 ? Math.max(1, (drawn.length() + columns - 1) / columns) : 1;
    return "\r" + (rows > 1 ? "\u001b[" + (rows - 1) + "A" : "") + "\u001b[J";
  }

  private String bar(Deployment d) {
    DeploymentStatus s = d.getStatus();
    boolean seen = d.getMetadata().getGeneration() <= s.getObservedGeneration();
    int wanted = Progress.replicas(d);
    int updated = seen ? s.getUpdatedReplicas() : 0;
    int old = Math.max(0, s.getReplicas() - updated);
    int available = s.getAvailableReplicas();
    int filled = wanted == 0 ? BAR : Math.min(BAR, updated * BAR / wanted);
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
