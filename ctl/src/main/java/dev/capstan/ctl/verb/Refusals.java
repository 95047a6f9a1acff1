package dev.capstan.ctl.verb;

import dev.capstan.api.Violation;
import dev.capstan.client.ApiException;
import dev.capstan.ctl.manifest.Manifest;
import dev.capstan.ctl.manifest.Problem;
import java.util.List;

/** What the server refused, with the places in the manifest. */
final class Refusals {

  private Refusals() {}

  static List<Problem> located(Manifest manifest, ApiException.Invalid refusal) {
    List<Violation> violations = refusal.violations();
    return manifest.locate(
        violations.isEmpty() ? List.of(new Violation("", refusal.message())) : violations);
  }
}
