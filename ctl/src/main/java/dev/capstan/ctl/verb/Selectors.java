package dev.capstan.ctl.verb;

import dev.capstan.api.FieldSelectors;
import dev.capstan.api.LabelSelectors;
import dev.capstan.client.ListOptions;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.CliException;

/** The selectors of a command line, checked before the server is asked. */
final class Selectors {

  private Selectors() {}

  /** Of -l and --field-selector. */
  static ListOptions both(Cli cli) {
    String fields = cli.args().text("field-selector", "");
    try {
      FieldSelectors.parse(fields);
    } catch (IllegalArgumentException e) {
      throw CliException.error("invalid --field-selector: " + e.getMessage());
    }
    return new ListOptions(labels(cli).labelSelector(), fields, 0);
  }

  /** Of -l alone. */
  static ListOptions labels(Cli cli) {
    String text = cli.args().text("selector", "");
    try {
      LabelSelectors.parse(text);
    } catch (IllegalArgumentException e) {
      throw CliException.error("unable to parse the selector: " + e.getMessage());
    }
    return ListOptions.labels(text);
  }
}
