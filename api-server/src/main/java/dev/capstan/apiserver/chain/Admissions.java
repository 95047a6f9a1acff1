package dev.capstan.apiserver.chain;

import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.WellKnown;
import dev.capstan.kinds.ObjectSize;
import java.util.List;

/** The admission rules of every server. */
public final class Admissions {

  private static final List<String> PROTECTED =
      List.of(
          WellKnown.NAMESPACE_DEFAULT, WellKnown.NAMESPACE_SYSTEM, WellKnown.NAMESPACE_NODE_LEASE);

  private Admissions() {}

  /** All of them, in order. */
  public static List<Admission> standard() {
    return List.of(Admissions::protectedNamespaces, Admissions::size);
  }

  private static void protectedNamespaces(Admission.Review review) {
    Message old = review.old();
    if (review.verb() != Verb.DELETE || old == null || !review.kind().name().equals("Namespace")) {
      return;
    }
    String name = review.kind().metadata(old).getName();
    if (PROTECTED.contains(name)) {
      throw ApiErrors.forbidden(
          "namespaces \"" + name + "\" is forbidden: this namespace may not be deleted");
    }
  }

  private static void size(Admission.Review review) {
    Message fresh = review.fresh();
    if (fresh != null) {
      ObjectSize.violation(review.kind(), fresh)
          .ifPresent(violation -> {
            throw ApiErrors.badRequest(violation.path(), violation.message());
          });
    }
  }
}
