package dev.capstan.ctl.verb;

import dev.capstan.api.v1.Node;
import dev.capstan.client.ApiException;
import dev.capstan.client.Resource;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Failures;
import dev.capstan.ctl.Usage;
import java.util.ArrayList;
import java.util.List;

/** {@code cordon} and {@code uncordon}: closes a node to new pods, opens it again. */
public record Cordon(String verb) implements Command {

  /** The command of this name. */
  public static Cordon of(String verb) {
    return new Cordon(verb);
  }

  @Override
  public Usage usage() {
    boolean closes = verb.equals("cordon");
    return new Usage(
        verb + " NODE… [flags]",
        closes ? "Place no new pods on a node" : "Place pods on a node again",
        "capstan " + verb + " node-1",
        Usage.Args.NODES,
        List.of(Flags.SELECTOR, Flags.DRY_RUN));
  }

  @Override
  public int run(Cli cli) throws Exception {
    boolean closes = verb.equals("cordon");
    DryRun dryRun = DryRun.of(cli);
    Resource<Node> nodes = (dryRun == DryRun.SERVER ? cli.api().dryRun() : cli.api()).nodes();
    int failed = 0;
    for (String name : names(cli, nodes)) {
      try {
        boolean is = nodes.get(name).getSpec().getUnschedulable();
        if (is != closes && dryRun != DryRun.CLIENT) {
          nodes.patch(name, "{\"spec\":{\"unschedulable\":" + closes + "}}");
        }
        cli.out()
            .println(
                "node/"
                    + name
                    + (is == closes ? " already " : " ")
                    + verb
                    + "ed"
                    + dryRun.suffix());
      } catch (ApiException.NotFound e) {
        cli.out().flush();
        cli.err().println(Failures.text(cli, e));
        failed++;
      }
    }
    return failed == 0 ? 0 : 1;
  }

  private List<String> names(Cli cli, Resource<Node> nodes) throws InterruptedException {
    List<String> names = new ArrayList<>();
    for (String word : cli.args().words()) {
      names.add(word.replaceFirst("^(node|nodes|no)/", ""));
    }
    if (cli.args().has("selector")) {
      nodes.list(Selectors.labels(cli)).items().forEach(n -> names.add(n.getMetadata().getName()));
    }
    if (names.isEmpty()) {
      throw CliException.error("name a node: " + cli.hint(verb + " NODE"));
    }
    return names;
  }
}
