package dev.capstan.ctl.verb;

import dev.capstan.api.Kind;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.cluster.Target;
import dev.capstan.ctl.explain.Explanation;
import java.util.List;

/** {@code explain}: what a kind or one of its fields means. */
public final class Explain implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "explain TYPE[.FIELD…] [flags]",
        "Say what a type and its fields mean",
        """
        capstan explain pod
        capstan explain deployment.spec.strategy
        capstan explain pod.spec --recursive    # the names of all fields below
        """,
        Usage.Args.RESOURCES,
        List.of(
            Flag.bool("recursive", '\0', "All fields below, without descriptions"),
            Flag.text("api-version", '\0', "Group and version of the type, e.g. apps/v1")));
  }

  @Override
  public int run(Cli cli) {
    List<String> words = cli.args().words();
    if (words.size() != 1) {
      throw CliException.error(
          "name one type, and a field of it if you like, such as deployment.spec.strategy");
    }
    String word = words.getFirst();
    int dot = word.indexOf('.');
    Kind kind = Target.kind(cli.kinds(), dot < 0 ? word : word.substring(0, dot));
    String wanted = cli.args().text("api-version", kind.apiVersion());
    if (!wanted.equals(kind.apiVersion())) {
      throw CliException.error(
          kind.plural() + " are of " + kind.apiVersion() + ", there are none of " + wanted);
    }
    List<String> path = path(dot < 0 ? "" : word.substring(dot), kind.info().getGroup());
    cli.out().print(Explanation.of(kind, path, cli.args().is("recursive")));
    return 0;
  }

  /** The fields of {@code .spec.replicas}; the group of {@code deployments.apps} is no field. */
  private static List<String> path(String fields, String group) {
    String rest = fields;
    if (!group.isEmpty() && (fields + ".").startsWith("." + group + ".")) {
      rest = fields.substring(group.length() + 1);
    }
    return rest.isEmpty() ? List.of() : List.of(rest.substring(1).split("\\.", -1));
  }
}
