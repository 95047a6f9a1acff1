package dev.capstan.ctl.verb;

import dev.capstan.api.Violation;
import dev.capstan.client.ApiException;
import dev.capstan.ctl.Cli;
import dev.capstan.ctl.Failures;
import dev.capstan.ctl.manifest.Manifest;
import dev.capstan.ctl.manifest.Problem;
import dev.capstan.ctl.text.Escapes;
import java.util.List;

/** What the server refused of a manifest. */
final class Refusals {

  private Refusals() {}

  /** With the places in the manifest. */
  static List<Problem> located(Manifest manifest, ApiException.Invalid refusal) {
    List<Violation> violations = refusal.violations();
    return manifest.locate(
        violations.isEmpty() ? List.of(new Violation("", refusal.message())) : violations);
  }

  /** Says why an object was not written, when others still may be. */
  static void say(Cli cli, Manifest manifest, ApiException why) {
    if (why instanceof ApiException.Invalid invalid) {
      say(cli, located(manifest, invalid));
      return;
    }
    cli.out().flush();
    cli.err().println(Failures.text(cli, why) + " (" + manifest.file() + ")");
  }

  /** Says what is wrong, each with its place. */
  static void say(Cli cli, List<Problem> problems) {
    cli.out().flush();
    problems.forEach(problem -> cli.err().println("error: " + Escapes.line(problem.toString())));
  }
}
