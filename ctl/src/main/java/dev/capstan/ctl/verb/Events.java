package dev.capstan.ctl.verb;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.Event;
import dev.capstan.client.ListOptions;
import dev.capstan.client.ObjectList;
import dev.capstan.client.Resource;
import dev.capstan.client.Watch;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.Command;
import dev.capstan.ctl.Usage;
import dev.capstan.ctl.args.Flag;
import dev.capstan.ctl.cluster.Target;
import dev.capstan.ctl.print.EventOrder;
import dev.capstan.ctl.print.Format;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.print.Printer;
import dev.capstan.ctl.table.KindTable;
import dev.capstan.ctl.text.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code events}: what happened, oldest first. */
public final class Events implements Command {

  @Override
  public Usage usage() {
    return new Usage(
        "events [--for TYPE/NAME] [flags]",
        "List what happened, in order of time",
        """
        capstan events
        capstan events --for pod/web-5d9
        capstan events --types=Warning -A
        capstan events -w                        # and go on
        """,
        Usage.Args.NONE,
        List.of(
            Flags.FOR,
            Flag.list("types", '\0', "Only events of these types", "Normal", "Warning"),
            Flag.bool("watch", 'w', "After the events, show new ones"),
            Flags.ALL_NAMESPACES,
            Flag.bool("no-headers", '\0', "Leave the headings out"),
            Flags.output("wide, yaml, json or name", "wide", "yaml", "json", "name")));
  }

  @Override
  public int run(Cli cli) throws Exception {
    if (!cli.args().words().isEmpty()) {
      throw CliException.error(
          "unexpected argument " + cli.args().words().getFirst() + ": use --for TYPE/NAME");
    }
    Kind kind = cli.kinds().require("Event");
    boolean everywhere = cli.args().is("all-namespaces");
    Resource<Message> resource =
        Target.resource(cli.api(), kind, everywhere ? "" : cli.namespace());
    var list = resource.list(ListOptions.fields(selector(cli)));
    List<Item> items = new ArrayList<>();
    list.items().stream().filter(o -> ofType(cli, o)).forEach(o -> items.add(new Item(kind, o)));
    items.sort(EventOrder.ITEMS);
    Format format = Format.of(cli.args().text("output", ""));
    boolean headings = !cli.args().is("no-headers");
    Printer printer = new Printer(format, everywhere, false, false, List.of(), headings);
    boolean wide = format instanceof Format.Columns c && c.wide();
    boolean watches = cli.args().is("watch");
    if (!(format instanceof Format.Columns)) {
      cli.out().print(printer.list(items, cli.now()));
    } else if (items.isEmpty() && !watches) {
      cli.err()
          .println(
              "No events found" + (everywhere ? "." : " in " + cli.namespace() + " namespace."));
    }
    if (format instanceof Format.Columns) {
      KindTable columns = KindTable.of(kind);
      Table table = new Table(printer.headings(columns, wide));
      boolean shown = !items.isEmpty() || watches;
      List<List<String>> rows =
          items.stream().map(i -> printer.row(columns, i, wide, cli.now())).toList();
      cli.out().print(shown ? table.print(rows, headings) : "");
      if (watches) {
        watch(
            cli,
            kind,
            resource,
            list,
            item -> table.print(List.of(printer.row(columns, item, wide, cli.now())), false));
      }
    } else if (watches) {
      watch(cli, kind, resource, list, item -> printer.one(item, cli.now()));
    }
    return 0;
  }

  private interface Line {
    String of(Item item);
  }

  private static void watch(
      Cli cli, Kind kind, Resource<Message> resource, ObjectList<Message> from, Line line)
      throws InterruptedException {
    cli.out().flush();
    new WatchLoop(cli, kind, resource, ListOptions.fields(selector(cli)))
        .run(
            from,
            frame -> {
              for (Watch.Event<Message> e : frame.events()) {
                if (e.type() != Watch.Type.DELETED && ofType(cli, e.object())) {
                  cli.out().print(line.of(new Item(kind, e.object())));
                }
              }
              return !cli.outputGone();
            });
  }

  private static boolean ofType(Cli cli, Message object) {
    List<String> types = new ArrayList<>();
    cli.args()
        .all("types")
        .forEach(t -> types.addAll(List.of(t.toLowerCase(Locale.ROOT).split(","))));
    for (String type : types) {
      if (!type.equals("normal") && !type.equals("warning")) {
        throw CliException.error("valid --types are Normal or Warning");
      }
    }
    return types.isEmpty() || types.contains(((Event) object).getType().toLowerCase(Locale.ROOT));
  }

  /** A field selector of --for; empty if it was not given. */
  static String selector(Cli cli) {
    String about = cli.args().text("for", "");
    if (about.isEmpty()) {
      return "";
    }
    if (!about.contains("/")) {
      throw CliException.error("--for must be in resource/name form, such as pod/web-1");
    }
    Target t = Target.parse(cli.kinds(), List.of(about)).getFirst();
    return "involvedObject.kind=" + t.kind().name() + ",involvedObject.name=" + t.name();
  }
}
