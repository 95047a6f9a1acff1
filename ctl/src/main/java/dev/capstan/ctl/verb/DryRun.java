package dev.capstan.ctl.verb;

import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;

/** The values of --dry-run. */
enum DryRun {
  NONE(""),
  CLIENT(" (dry run)"),
  SERVER(" (server dry run)");

  private final String suffix;

  DryRun(String suffix) {
    this.suffix = suffix;
  }

  /** What results end with. */
  String suffix() {
    return suffix;
  }

  static DryRun of(Cli cli) {
    String value = cli.args().text("dry-run", "none");
    return switch (value) {
      case "none", "false" -> NONE;
      case "client", "true" -> CLIENT;
      case "server" -> SERVER;
      default ->
          throw CliException.error(
              "Invalid dry-run value ("
                  + value
                  + "). Must be \"none\", \"server\", or \"client\".");
    };
  }
}
