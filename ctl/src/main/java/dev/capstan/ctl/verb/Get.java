package dev.capstan.ctl.verb;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.client.ApiException;
import dev.capstan.client.ListOptions;
import dev.capstan.client.ObjectList;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Failures;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.args.Parsed;
import dev.capstan.ctl.cluster.Target;
import dev.capstan.ctl.print.EventOrder;
import dev.capstan.ctl.print.Format;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.print.Printer;
import dev.capstan.ctl.print.Sorting;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code get}: shows objects. */
public final class Get implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "get (TYPE[,TYPE…] [NAME…] | TYPE/NAME…) [flags]",
        "Show objects as a table, YAML, JSON or whatever a jsonpath picks",
        """
        capstan get pods                       # the pods of the namespace
        capstan get pods -A -o wide            # everywhere, with address and node
        capstan get deploy/web -o yaml
        capstan get pods -l app=web -w         # and go on showing what changes
        capstan get po,rs,deploy               # several types; "all" for what runs
        capstan get pods -o jsonpath='{.items[*].status.podIP}'
        """,
        Usage.Args.RESOURCES,
        List.of(
            Flags.output(
                "wide, yaml, json, name, jsonpath=… or custom-columns=…",
                Format.WORDS.toArray(String[]::new)),
            Flags.ALL_NAMESPACES,
            Flags.SELECTOR,
            Flags.FIELD_SELECTOR,
            Flags.FOR,
            Flag.bool("watch", 'w', "After the objects, show every change"),
            Flag.bool("watch-only", '\0', "Show changes only"),
            Flag.bool("output-watch-events", '\0', "With -w, show ADDED, MODIFIED or DELETED"),
            Flag.text("sort-by", '\0', "Order by a field, e.g. .metadata.creationTimestamp"),
            Flag.bool("show-labels", '\0', "Show labels in the last column"),
            Flag.list("label-columns", 'L', "Labels to show in a column each"),
            Flag.bool("no-headers", '\0', "Leave the headings out"),
            Flag.bool(
                "ignore-not-found",
                '\0',
                "Print nothing and succeed if a named object is missing")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    Parsed args = cli.args();
    List<Target> targets = Target.parse(cli.kinds(), args.words());
    boolean everywhere = args.is("all-namespaces");
    boolean named = targets.stream().anyMatch(t -> !t.name().isEmpty());
    if (named && everywhere) {
      throw CliException.error("a resource cannot be retrieved by name across all namespaces");
    }
    if (named && (args.has("selector") || args.has("field-selector"))) {
      throw CliException.error("name cannot be provided when a selector is specified");
    }
    boolean events = targets.stream().allMatch(t -> t.kind().name().equals("Event"));
    if (args.has("for") && (named || !events)) {
      throw CliException.error("--for is for events: get events --for TYPE/NAME");
    }
    Printer printer = printer(cli, targets);
    if (args.is("watch") || args.is("watch-only")) {
      return new GetWatch(cli, printer, targets).run();
    }
    boolean single = targets.size() == 1 && named;
    List<Item> items = new ArrayList<>();
    int failed = fetch(cli, targets, items);
    print(cli, printer, items, single, targets, failed);
    return failed == 0 ? 0 : 1;
  }

  private static void print(
      Cli cli,
      Printer printer,
      List<Item> found,
      boolean single,
      List<Target> targets,
      int failed) {
    String sortBy = cli.args().text("sort-by");
    List<Item> items = sortBy == null ? found : Sorting.by(sortBy, found);
    boolean table =
        printer.format() instanceof Format.Columns || printer.format() instanceof Format.Custom;
    if (single && !items.isEmpty()) {
      cli.out().print(printer.one(items.getFirst(), cli.now()));
    } else if (!items.isEmpty() || (!table && !single)) {
      cli.out().print(printer.list(items, cli.now()));
    } else if (failed == 0 && !single && !cli.args().is("ignore-not-found")) {
      cli.err().println(nothing(cli, targets));
    }
  }

  private static String nothing(Cli cli, List<Target> targets) {
    boolean scoped =
        !cli.args().is("all-namespaces") && targets.stream().anyMatch(t -> t.kind().namespaced());
    return scoped
        ? "No resources found in " + cli.namespace() + " namespace."
        : "No resources found";
  }

  /** Fetches what the targets name; says what is missing and counts it. */
  private static int fetch(Cli cli, List<Target> targets, List<Item> items)
      throws InterruptedException {
    int failed = 0;
    for (Target target : targets) {
      if (target.name().isEmpty()) {
        items.addAll(list(cli, target.kind()).items());
        continue;
      }
      try {
        Message object =
            Target.resource(cli.api(), target.kind(), cli.namespace()).get(target.name());
        items.add(new Item(target.kind(), object));
      } catch (ApiException.NotFound e) {
        if (!cli.args().is("ignore-not-found")) {
          cli.err().println(Failures.text(cli, e));
          failed++;
        }
      }
    }
    return failed;
  }

  /** What a list came to. */
  record Listed(List<Item> items, String resourceVersion) {}

  /** All objects of a kind that the flags select. */
  static Listed list(Cli cli, Kind kind) throws InterruptedException {
    ObjectList<Message> list =
        Target.resource(cli.api(), kind, cli.args().is("all-namespaces") ? "" : cli.namespace())
            .list(options(cli));
    List<Item> items = new ArrayList<>();
    list.items().forEach(o -> items.add(new Item(kind, o)));
    if (kind.name().equals("Event")) {
      items.sort(EventOrder.ITEMS);
    }
    return new Listed(items, list.resourceVersion());
  }

  static ListOptions options(Cli cli) {
    ListOptions asked = Selectors.both(cli);
    String about = cli.args().has("for") ? Events.selector(cli) : "";
    String fields =
        Stream.of(asked.fieldSelector(), about)
            .filter(s -> !s.isEmpty())
            .collect(Collectors.joining(","));
    return new ListOptions(asked.labelSelector(), fields, 0);
  }

  private static Printer printer(Cli cli, List<Target> targets) {
    Parsed args = cli.args();
    long kinds = targets.stream().map(t -> t.kind().name()).distinct().count();
    boolean anyNamespaced = targets.stream().anyMatch(t -> t.kind().namespaced());
    List<String> labels = new ArrayList<>();
    args.all("label-columns").forEach(v -> labels.addAll(List.of(v.split(","))));
    return new Printer(
        Format.of(args.text("output", "")),
        args.is("all-namespaces") && anyNamespaced,
        kinds > 1,
        args.is("show-labels"),
        labels,
        !args.is("no-headers"));
  }
}
