package dev.capstan.ctl.verb;

import dev.capstan.api.v1.Deployment;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.rollout.Follower;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@code rolling-update}: changes the image, waits, and says why if it does not work. */
public final class RollingUpdate implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "rolling-update NAME (--image=IMAGE | --rollback) [flags]",
        "Roll a deployment to another image, or back, and watch until it is done",
        """
        capstan rolling-update web --image=nginx:1.30
        capstan rolling-update web --rollback                    # back to the previous revision
        capstan rolling-update web --rollback --to-revision=3

        # Exits 1 as soon as a new pod has restarted twice, cannot pull its image or cannot be placed,
        # and says why. The old pods keep serving.
        """,
        Usage.Args.DEPLOYMENTS,
        List.of(
            Flag.text("image", '\0', "The new image"),
            Flag.text("container", 'c', "Container to change; needed if there are several"),
            Flag.bool("rollback", '\0', "Return to an earlier revision"),
            Flag.number(
                "to-revision", "0", "With --rollback: this revision; 0 for the previous one"),
            Flag.duration("timeout", "0s", "Give up waiting after this long; 0s for never")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    List<String> words = cli.args().words();
    if (words.isEmpty()) {
      throw CliException.error("NAME is required for rolling-update");
    }
    String name = Deployments.name(cli, words, true);
    boolean rollback = cli.args().is("rollback");
    String image = cli.args().text("image", "");
    if (rollback == !image.isEmpty()) {
      throw CliException.error("give either --image=IMAGE or --rollback");
    }
    if (rollback) {
      Long revision = cli.args().number("to-revision");
      if (RolloutUndo.rollBack(cli, name, revision == null ? 0 : revision, DryRun.NONE) != null) {
        cli.out().println("deployment.apps/" + name + " rolled back");
      }
    } else {
      update(cli, name, image);
    }
    cli.out().flush();
    Duration timeout = cli.args().duration("timeout");
    Follower follower = new Follower(cli, name, timeout == null ? Duration.ZERO : timeout, 0);
    try (AutoCloseable arrangement =
        cli.env().console().onInterrupt(() -> interrupted(cli, name, rollback, follower.leave()))) {
      return follower.diagnose(rollback);
    }
  }

  /** What somebody wants to know who presses Ctrl-C; that may stand on the line already. */
  private static void interrupted(Cli cli, String name, boolean rollback, boolean newLine) {
    String hint =
        rollback
            ? cli.hint("rollout history deployment/" + name) + "  shows what to go back to"
            : cli.hint("rolling-update " + name + " --rollback") + "  undoes it";
    cli.err()
        .println(
            (newLine ? "" : "\n")
                + "The rollout of deployment \""
                + name
                + "\" goes on. What to type next:\n  "
                + cli.hint("rollout status deployment/" + name)
                + "  waits for it\n  "
                + hint);
    cli.err().flush();
  }

  private static void update(Cli cli, String name, String image) throws InterruptedException {
    String cause = "capstan rolling-update " + name + " --image=" + image;
    Deployments.Edited edited =
        Deployments.edit(
            Deployments.of(cli),
            name,
            d -> {
              if (d.getSpec().getPaused()) {
                throw CliException.error(
                    "deployment \""
                        + name
                        + "\" is paused: "
                        + cli.hint("rollout resume deployment/" + name));
              }
              return Images.set(d, Map.of(container(cli, d), image), cause);
            });
    cli.out()
        .println(
            "deployment.apps/"
                + name
                + (edited.changed() ? " image updated" : " has this image already"));
  }

  private static String container(Cli cli, Deployment d) {
    String named = cli.args().text("container", "");
    if (!named.isEmpty()) {
      return named;
    }
    if (d.getSpec().getTemplate().getSpec().getContainersCount() > 1) {
      throw CliException.error("the deployment has several containers: name one with --container");
    }
    return "*";
  }
}
