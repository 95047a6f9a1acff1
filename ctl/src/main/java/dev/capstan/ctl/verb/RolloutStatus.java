package dev.capstan.ctl.verb;

import dev.capstan.ctl.Cli;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.rollout.Follower;
import java.time.Duration;
import java.util.List;

/** {@code rollout status}: waits for a rollout. */
public final class RolloutStatus implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "rollout status deployment/NAME [flags]",
        "Wait until a rollout has finished or failed",
        """
        capstan rollout status deployment/web
        capstan rollout status deployment/web --timeout=2m
        capstan rollout status deployment/web -w=false       # say how it is and return
        """,
        Usage.Args.ROLLOUTS,
        List.of(
            Flag.on("watch", 'w', "Wait for the end (default true)"),
            Flag.duration("timeout", "0s", "Give up after this long; 0s for never"),
            Flag.number("revision", "0", "Only if this is the current revision; 0 for any")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    String name = Deployments.name(cli, cli.args().words(), false);
    Duration timeout = cli.args().duration("timeout");
    Long revision = cli.args().number("revision");
    Follower follower =
        new Follower(
            cli, name, timeout == null ? Duration.ZERO : timeout, revision == null ? 0 : revision);
    return cli.args().is("watch") ? follower.status() : follower.once();
  }
}
