package dev.capstan.ctl.verb;

import dev.capstan.api.Kind;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.text.Table;
import java.util.ArrayList;
import java.util.List;

/** {@code api-resources}: the types there are. */
public final class ApiResources implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "api-resources [flags]",
        "List the types of objects and their short names",
        """
        capstan api-resources
        capstan api-resources --namespaced=false
        """,
        Usage.Args.NONE,
        List.of(
            Flag.on(
                "namespaced",
                '\0',
                "Only types that live in a namespace, or with =false only others"),
            Flag.bool("no-headers", '\0', "Leave the headings out"),
            Flags.output("name for names only", "name")));
  }

  @Override
  public int run(Cli cli) {
    List<Kind> kinds =
        cli.kinds().kinds().stream()
            .filter(
                k -> !cli.args().has("namespaced") || cli.args().is("namespaced") == k.namespaced())
            .toList();
    if (cli.args().text("output", "").equals("name")) {
      kinds.forEach(k -> cli.out().println(k.resource()));
      return 0;
    }
    List<List<String>> rows = new ArrayList<>();
    for (Kind kind : kinds) {
      rows.add(
          List.of(
              kind.plural(),
              String.join(",", kind.info().getShortNamesList()),
              kind.apiVersion(),
              Boolean.toString(kind.namespaced()),
              kind.name()));
    }
    Table table = new Table(List.of("NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND"));
    cli.out().print(table.print(rows, !cli.args().is("no-headers")));
    return 0;
  }
}
