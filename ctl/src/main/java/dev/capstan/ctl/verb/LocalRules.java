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
import dev.capstan.kinds.ObjectSize;
import dev.capstan.kinds.ServedKind;
import dev.capstan.kinds.ServedKinds;
import io.grpc.StatusRuntimeException;
import java.util.List;
import java.util.Optional;

/**
 * What the server will refuse, found by its own rules without asking it: --dry-run=client says it,
 * too. That a field may not change is seen only by who has looked at what is there, as apply has.
 */
final class LocalRules {

  private LocalRules() {}

  /** Throws with everything that is wrong with objects of files that are to be created. */
  static void check(List<Manifest> manifests) {
    refuse(
        manifests.stream()
            .flatMap(m -> m.locate(violations(m.kind(), m.object())).stream())
            .toList());
  }

  /** Throws with everything that is wrong with an object that is to be created. */
  static void check(Item item) {
    List<Violation> violations = violations(item.kind(), item.object());
    if (violations.isEmpty()) {
      return;
    }
    // What has no path is about the object as a whole, and names it.
    StatusRuntimeException refusal =
        violations.getFirst().path().isEmpty()
            ? ApiErrors.badRequest("", violations.getFirst().message())
            : ApiErrors.invalid(item.kind(), item.name(), violations);
    throw CliException.error(Optional.ofNullable(refusal.getStatus().getDescription()).orElse(""));
  }

  /** Throws with everything that is wrong with what a manifest makes of an object that is there. */
  static void checkChange(Manifest manifest, Message live, Message changed) {
    refuse(manifest.locate(violations(manifest.kind(), live, changed)));
  }

  private static void refuse(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new ManifestException(problems);
    }
  }

  private static List<Violation> violations(Kind kind, Message object) {
    return ServedKinds.builtin().of(kind).violations(object);
  }

  private static List<Violation> violations(Kind kind, Message live, Message changed) {
    ServedKind served = ServedKinds.builtin().of(kind);
    try {
      Message fresh = served.updated(served.defaulted(live), changed);
      return ObjectSize.violation(kind, fresh).stream().toList();
    } catch (StatusRuntimeException e) {
      return ApiErrors.violations(e);
    }
  }
}
