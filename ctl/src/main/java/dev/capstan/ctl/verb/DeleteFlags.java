package dev.capstan.ctl.verb;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;

/** The flags of {@code delete} as options of the call. */
final class DeleteFlags {

  private DeleteFlags() {}

  static DeleteOptions options(Cli cli) {
    DeleteOptions.Builder options =
        DeleteOptions.newBuilder()
            .setPropagationPolicy(policy(cli.args().text("cascade", "background")));
    Long asked = cli.args().number("grace-period");
    long grace = asked == null ? -1 : asked;
    boolean force = cli.args().is("force");
    if (cli.args().is("now")) {
      if (grace >= 0) {
        throw CliException.error("--now and --grace-period cannot be specified together");
      }
      grace = 1;
    }
    if (grace < -1 || grace > WellKnown.MOST_GRACE_SECONDS) {
      throw CliException.error(
          "--grace-period must be between -1 and "
              + WellKnown.MOST_GRACE_SECONDS
              + ", not "
              + grace);
    }
    if (force && grace > 0) {
      throw CliException.error(
          "--force and --grace-period greater than 0 cannot be specified together");
    }
    if (grace == 0 && !force) {
      grace = 1; // As kubectl: the object stays until its container has ended.
    }
    if (force) {
      cli.err()
          .println(
              "Warning: Immediate deletion does not wait for confirmation that the running resource"
                  + " has been terminated. The resource may continue to run on the cluster"
                  + " indefinitely.");
      grace = 0;
    }
    if (grace >= 0) {
      options.setGracePeriodSeconds(grace);
    }
    return options.build();
  }

  private static String policy(String cascade) {
    return switch (cascade) {
      case "background", "true" -> "Background";
      case "foreground" -> "Foreground";
      case "orphan", "false" -> "Orphan";
      default ->
          throw CliException.error(
              "invalid cascade value ("
                  + cascade
                  + "). Must be \"background\", \"foreground\", or \"orphan\"");
    };
  }
}
