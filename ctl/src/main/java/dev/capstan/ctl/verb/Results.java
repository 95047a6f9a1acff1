package dev.capstan.ctl.verb;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.print.Format;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.print.Printer;

/** Says what was done to an object, or shows it if -o asks for that. */
final class Results {

  private Results() {}

  static void print(Cli cli, Kind kind, Message object, String verb, DryRun dryRun) {
    Item item = new Item(kind, object);
    if (dryRun == DryRun.CLIENT) {
      LocalRules.check(item);
    }
    Format format = Format.of(cli.args().text("output", ""));
    if (format instanceof Format.Columns) {
      cli.out().println(item.display() + " " + verb + dryRun.suffix());
    } else {
      cli.out().print(Printer.plain(format).one(item, cli.now()));
    }
  }
}
