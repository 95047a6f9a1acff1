package dev.capstan.apiserver.write;

import com.google.protobuf.Message;
import com.google.rpc.Code;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.Numbers;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.RollbackRequest;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.chain.Verb;
import dev.capstan.apiserver.read.Objects;
import io.grpc.StatusRuntimeException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Puts the template of an earlier revision back into a Deployment. The ReplicaSets are the history.
 */
final class Rollbacks {

  private final Rewriter rewriter;
  private final Objects objects;
  private final Kind replicaSets;

  Rollbacks(Rewriter rewriter, Objects objects, Kind replicaSets) {
    this.rewriter = rewriter;
    this.objects = objects;
    this.replicaSets = replicaSets;
  }

  /** One revision that is kept. */
  private record Kept(long revision, ReplicaSet replicaSet) {
    PodTemplateSpec template() {
      PodTemplateSpec.Builder template = replicaSet.getSpec().getTemplate().toBuilder();
      template.getMetadataBuilder().removeLabels(WellKnown.LABEL_POD_TEMPLATE_HASH);
      return template.build();
    }
  }

  Step rollback(Target target, RollbackRequest request, Origin origin) {
    if (request.getToRevision() < 0) {
      throw ApiErrors.badRequest("toRevision", "must be >= 0");
    }
    return rewriter.rewrite(
        target,
        Verb.UPDATE,
        origin,
        (stored, old) -> decide(target, stored, (Deployment) old, request.getToRevision()));
  }

  private Change decide(Target target, StoredObject stored, Deployment old, long toRevision) {
    if (old.getSpec().getPaused()) {
      throw ApiErrors.failedPrecondition(
          "Paused", "cannot rollback a paused deployment; resume it first and try again");
    }
    PodTemplateSpec current = old.getSpec().getTemplate();
    List<Kept> history = history(stored);
    Kept chosen =
        history.stream()
            .filter(kept ->
                toRevision == 0 ? !kept.template().equals(current) : kept.revision == toRevision)
            .findFirst()
            .orElseThrow(() -> missing(target.name(), toRevision));
    if (chosen.template().equals(current)) {
      throw ApiErrors.error(
          Code.ALREADY_EXISTS,
          "AlreadyExists",
          "skipped rollback (current template already matches revision " + chosen.revision + ")");
    }
    Message fresh = target.served().updated(old, withTemplate(old, chosen));
    return new Change.Put(fresh);
  }

  private static StatusRuntimeException missing(String name, long toRevision) {
    return ApiErrors.error(
        Code.NOT_FOUND,
        "NotFound",
        toRevision == 0
            ? "no rollout history found for deployment \"" + name + "\""
            : "unable to find specified revision " + toRevision + " in history");
  }

  /** The kept revisions, newest first. */
  private List<Kept> history(StoredObject deployment) {
    return objects
        .ownedBy(replicaSets, deployment.namespace(), deployment.metadata().getUid())
        .stream()
        .map(stored -> (ReplicaSet) stored.parse())
        .flatMap(replicaSet -> revision(replicaSet).map(r -> new Kept(r, replicaSet)).stream())
        .sorted(Comparator.comparingLong(Kept::revision).reversed())
        .toList();
  }

  private static Optional<Long> revision(ReplicaSet replicaSet) {
    String text =
        replicaSet.getMetadata().getAnnotationsOrDefault(WellKnown.ANNOTATION_REVISION, "");
    return text.matches("[0-9]{1,18}") ? Optional.of(Numbers.parseLong(text)) : Optional.empty();
  }

  private static Deployment withTemplate(Deployment old, Kept chosen) {
    Deployment.Builder fresh = old.toBuilder();
    fresh.getSpecBuilder().setTemplate(chosen.template());
    String cause =
        chosen
            .replicaSet
            .getMetadata()
            .getAnnotationsOrDefault(WellKnown.ANNOTATION_CHANGE_CAUSE, "");
    if (cause.isEmpty()) {
      fresh.getMetadataBuilder().removeAnnotations(WellKnown.ANNOTATION_CHANGE_CAUSE);
    } else {
      fresh.getMetadataBuilder().putAnnotations(WellKnown.ANNOTATION_CHANGE_CAUSE, cause);
    }
    return fresh.build();
  }
}
