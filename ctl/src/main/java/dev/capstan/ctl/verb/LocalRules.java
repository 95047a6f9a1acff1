package dev.capstan.ctl.verb;

import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.Violation;
import dev.capstan.ctl.CliException;
import dev.capstan.ctl.manifest.Manifest;
import dev.capstan.ctl.manifest.ManifestException;
import dev.capstan.ctl.manifest.Problem;
import dev.capstan.ctl.print.Item;
import dev.capstan.kinds.ServedKinds;
import java.util.List;
import java.util.Optional;

/**
 * What the server will refuse, found by its own rules without asking it: --dry-run=client says it,
 * too. What depends on the cluster (a name that is taken, a field that may not change) it cannot
 * say.
 */
final class LocalRules {

  private LocalRules() {}

  /** Throws with everything that is wrong with objects of files. */
  static void check(List<Manifest> manifests) {
    List<Problem> problems =
        manifests.stream()
            .flatMap(m -> m.locate(violations(m.kind(), m.object())).stream())
            .toList();
    if (!problems.isEmpty()) {
      throw new ManifestException(problems);
    }
  }

  /** Throws with everything that is wrong with an object. */
  static void check(Item item) {
    List<Violation> violations = violations(item.kind(), item.object());
    if (!violations.isEmpty()) {
      String text =
          ApiErrors.invalid(item.kind(), item.name(), violations).getStatus().getDescription();
      throw CliException.error(Optional.ofNullable(text).orElse(""));
    }
  }

  private static List<Violation> violations(Kind kind, Message object) {
    return ServedKinds.builtin().of(kind).violations(object);
  }
}
