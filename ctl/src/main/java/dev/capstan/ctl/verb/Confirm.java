package dev.capstan.ctl.verb;

import dev.capstan.ctl.Cli;
import dev.capstan.ctl.print.Item;
import dev.capstan.ctl.text.Escapes;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * Shows what a broad delete would take and asks, on a terminal. In a script nothing is asked, as
 * with kubectl.
 */
final class Confirm {

  private static final int MANY = 5;
  private static final int SHOWN = 10;

  private Confirm() {}

  static boolean broad(Cli cli, List<Item> items) throws IOException {
    boolean scoped =
        items.stream()
            .anyMatch(i -> i.kind().name().equals("Namespace") || i.kind().name().equals("Node"));
    boolean broad = items.size() > MANY || scoped || (cli.args().is("all") && items.size() > 1);
    boolean asks =
        broad && cli.env().interactive() && !cli.args().is("yes") && DryRun.of(cli) == DryRun.NONE;
    if (!asks) {
      return true;
    }
    cli.err()
        .println(
            "About to delete " + items.size() + (items.size() == 1 ? " object:" : " objects:"));
    items.stream().limit(SHOWN).forEach(i -> cli.err().println("  " + line(i)));
    if (items.size() > SHOWN) {
      cli.err().println("  and " + (items.size() - SHOWN) + " more");
    }
    cli.err().print("Go ahead? [y/N] ");
    cli.err().flush();
    String answer = readLine(cli).strip().toLowerCase(Locale.ROOT);
    return answer.equals("y") || answer.equals("yes");
  }

  private static String line(Item i) {
    String namespace = i.metadata().getNamespace();
    String what = i.kind().name().equals("Namespace") ? " and everything in it" : "";
    return Escapes.line(i.display() + (namespace.isEmpty() ? "" : " in " + namespace)) + what;
  }

  private static String readLine(Cli cli) throws IOException {
    StringBuilder b = new StringBuilder();
    for (int c = cli.env().in().read(); c >= 0 && c != '\n'; c = cli.env().in().read()) {
      b.append((char) c);
    }
    return b.toString();
  }
}
