package dev.capstan.ctl.verb;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.client.ListOptions;
import dev.capstan.client.ObjectList;
import dev.capstan.client.Resource;
import dev.capstan.client.Watch;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.cluster.Target;
import dev.capstan.ctl.print.EventOrder;
import dev.capstan.ctl.print.Format;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.print.Printer;
import dev.capstan.ctl.table.KindTable;
import dev.capstan.ctl.text.Table;
import java.util.ArrayList;
import java.util.List;

/** {@code get -w}: the objects, then a line for every change, until interrupted. */
final class GetWatch {

  private final Cli cli;
  private final Printer printer;
  private final Kind kind;
  private final ListOptions options;
  private final boolean withEvents;
  private final Table table;
  private boolean headingsDue;

  GetWatch(Cli cli, Printer printer, List<Target> targets) {
    if (targets.size() != 1) {
      throw CliException.error("you may only specify a single resource type or name with --watch");
    }
    this.cli = cli;
    this.printer = printer;
    this.kind = targets.getFirst().kind();
    String name = targets.getFirst().name();
    ListOptions asked = Get.options(cli);
    this.options = name.isEmpty() ? asked : ListOptions.fields("metadata.name=" + name);
    this.withEvents = cli.args().is("output-watch-events");
    List<String> headings = new ArrayList<>(printer.headings(KindTable.of(kind), wide()));
    if (withEvents) {
      headings.addFirst("EVENT");
    }
    this.table = new Table(headings);
    this.headingsDue = printer.headings();
  }

  private boolean wide() {
    return printer.format() instanceof Format.Columns c && c.wide();
  }

  int run() throws InterruptedException {
    Resource<Message> resource =
        Target.resource(cli.api(), kind, cli.args().is("all-namespaces") ? "" : cli.namespace());
    ObjectList<Message> list = resource.list(options);
    if (!cli.args().is("watch-only")) {
      List<Item> items = new ArrayList<>();
      list.items().forEach(o -> items.add(new Item(kind, o)));
      if (kind.name().equals("Event")) {
        items.sort(EventOrder.ITEMS);
      }
      print(items, "ADDED");
    }
    cli.out().flush();
    new WatchLoop(cli, kind, resource, options).run(list, this::show);
    return 0;
  }

  private boolean show(Watch.Frame<Message> frame) {
    for (Watch.Event<Message> event : frame.events()) {
      print(List.of(new Item(kind, event.object())), event.type().name());
    }
    cli.out().flush();
    return !cli.outputGone();
  }

  private void print(List<Item> items, String event) {
    if (items.isEmpty()) {
      return;
    }
    if (printer.format() instanceof Format.Custom) {
      Printer now = headingsDue ? printer : printer.withoutHeadings();
      cli.out().print(now.list(items, cli.now()));
      headingsDue = false;
      return;
    }
    if (!(printer.format() instanceof Format.Columns)) {
      items.forEach(i -> {
        if (printer.format() instanceof Format.Yaml) {
          cli.out().print("---\n");
        }
        cli.out().print(printer.one(i, cli.now()));
      });
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (Item item : items) {
      List<String> row = new ArrayList<>(printer.row(KindTable.of(kind), item, wide(), cli.now()));
      if (withEvents) {
        row.addFirst(event);
      }
      rows.add(row);
    }
    cli.out().print(table.print(rows, headingsDue));
    headingsDue = false;
  }
}
