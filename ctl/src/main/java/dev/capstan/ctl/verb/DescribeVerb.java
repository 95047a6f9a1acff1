package dev.capstan.ctl.verb;

import com.google.protobuf.Message;
import dev.capstan.client.ApiException;
import dev.capstan.client.ObjectList;
import dev.capstan.client.Resource;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Failures;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.cluster.Target;
import dev.capstan.ctl.describe.Describer;
import dev.capstan.ctl.print.Item;
import java.util.ArrayList;
import java.util.List;

/** {@code describe}: everything about an object, and what happened to it. */
public final class DescribeVerb implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "describe (TYPE [NAME…] | TYPE/NAME… | TYPE -l SELECTOR) [flags]",
        "Show everything about objects, with their events",
        """
        capstan describe pod web-5d9            # a prefix of the name will do
        capstan describe deploy/web
        capstan describe node
        """,
        Usage.Args.RESOURCES,
        List.of(
            Flags.SELECTOR,
            Flags.FIELD_SELECTOR,
            Flags.ALL_NAMESPACES,
            Flag.on("show-events", '\0', "Also show the events (default true)")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    List<Item> items = new ArrayList<>();
    int failed = 0;
    List<Target> targets = Target.parse(cli.kinds(), cli.args().words());
    for (Target t : targets) {
      try {
        items.addAll(found(cli, t));
      } catch (ApiException.NotFound e) {
        cli.err().println(Failures.text(cli, e));
        failed++;
      }
    }
    if (items.isEmpty() && failed == 0) {
      boolean scoped = targets.getFirst().kind().namespaced() && !cli.args().is("all-namespaces");
      cli.err()
          .println("No resources found" + (scoped ? " in " + cli.namespace() + " namespace." : ""));
    }
    Describer describer = new Describer(cli, cli.args().is("show-events"));
    for (int i = 0; i < items.size(); i++) {
      cli.out().print((i == 0 ? "" : "\n\n") + describer.describe(items.get(i)));
    }
    return failed == 0 ? 0 : 1;
  }

  private static List<Item> found(Cli cli, Target t) throws InterruptedException {
    String namespace = cli.args().is("all-namespaces") ? "" : cli.namespace();
    Resource<Message> resource = Target.resource(cli.api(), t.kind(), namespace);
    if (t.name().isEmpty()) {
      ObjectList<Message> list = resource.list(Get.options(cli));
      return list.items().stream().map(o -> new Item(t.kind(), o)).toList();
    }
    if (cli.args().is("all-namespaces")) {
      throw CliException.error("a resource cannot be retrieved by name across all namespaces");
    }
    try {
      return List.of(new Item(t.kind(), resource.get(t.name())));
    } catch (ApiException.NotFound e) {
      // As kubectl: what is no name may be the beginning of some.
      List<Item> alike =
          resource.list().items().stream()
              .map(o -> new Item(t.kind(), o))
              .filter(i -> i.name().startsWith(t.name()))
              .toList();
      if (alike.isEmpty()) {
        throw e;
      }
      return alike;
    }
  }
}
