package dev.capstan.ctl.verb;

import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.RollbackRequest;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code rollout undo}: back to an earlier revision. */
public final class RolloutUndo implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "rollout undo deployment/NAME [flags]",
        "Go back to the previous or a given revision",
        """
        capstan rollout undo deployment/web
        capstan rollout undo deployment/web --to-revision=3
        """,
        Usage.Args.ROLLOUTS,
        List.of(
            Flag.number("to-revision", "0", "Revision to return to; 0 for the previous one"),
            Flags.DRY_RUN,
            Flags.output("yaml, json or name", "yaml", "json", "name")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    String name = Deployments.name(cli, cli.args().words(), false);
    Long revision = cli.args().number("to-revision");
    DryRun dryRun = DryRun.of(cli);
    @Nullable Deployment done =
        dryRun == DryRun.CLIENT
            ? Deployments.of(cli).get(name)
            : rollBack(cli, name, revision == null ? 0 : revision, dryRun);
    if (done != null) {
      Results.print(cli, cli.kinds().require("Deployment"), done, "rolled back", dryRun);
    }
    return 0;
  }

  /**
   * Rolls back.
   *
   * @return the deployment; null if it has that revision's template already, which is then said
   */
  static @Nullable Deployment rollBack(Cli cli, String name, long revision, DryRun dryRun)
      throws InterruptedException {
    if (revision < 0) {
      throw CliException.error("--to-revision must not be negative");
    }
    Api api = dryRun == DryRun.SERVER ? cli.api().dryRun() : cli.api();
    try {
      return api.rollback(
          RollbackRequest.newBuilder()
              .setNamespace(cli.namespace())
              .setName(name)
              .setToRevision(revision)
              .build());
    } catch (ApiException.AlreadyExists e) {
      // As kubectl: there is nothing to do, and that is no error.
      cli.out().println("deployment.apps/" + name + " " + e.message());
      return null;
    } catch (ApiException.Precondition e) {
      throw CliException.error(e.message());
    }
  }
}
