package dev.capstan.apiserver.write;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.Conditions;
import dev.capstan.api.Kind;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.Condition;
import dev.capstan.api.v1.Pod;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.apiserver.chain.Verb;
import dev.capstan.kvstore.Txn;
import dev.capstan.seam.Clock;
import io.grpc.StatusRuntimeException;
import java.util.List;

/** Binds pods to nodes: the one way a pod's node is set after its creation. */
final class Binder {

  private final Rewriter rewriter;
  private final Kind nodeKind;
  private final Clock clock;

  Binder(Rewriter rewriter, Kind nodeKind, Clock clock) {
    this.rewriter = rewriter;
    this.nodeKind = nodeKind;
    this.clock = clock;
  }

  Step bind(Target target, BindRequest request, Origin origin) {
    if (request.getNodeName().isEmpty()) {
      throw ApiErrors.badRequest("nodeName", "is required");
    }
    Timestamp now = ApiTimes.seconds(clock.now());
    return rewriter.rewrite(
        target, Verb.UPDATE, origin, (stored, old) -> decide(target, request, now, (Pod) old));
  }

  private Change decide(Target target, BindRequest request, Timestamp now, Pod pod) {
    String node = request.getNodeName();
    if (!request.getUid().isEmpty() && !request.getUid().equals(pod.getMetadata().getUid())) {
      throw refused(pod, "its uid is " + pod.getMetadata().getUid() + ", not " + request.getUid());
    }
    if (pod.getMetadata().hasDeletionTimestamp()) {
      throw refused(pod, "it is being deleted");
    }
    if (pod.getSpec().getNodeName().equals(node)) {
      return new Change.Keep();
    }
    if (!pod.getSpec().getNodeName().isEmpty()) {
      throw refused(pod, "it is bound to node " + pod.getSpec().getNodeName() + " already");
    }
    Message bound = target.served().nextGeneration(pod, bound(pod, node, now));
    return new Change.Put(bound, false, nodeExists(node));
  }

  private static Pod bound(Pod pod, String node, Timestamp now) {
    List<Condition> conditions =
        Conditions.with(
            pod.getStatus().getConditionsList(),
            WellKnown.CONDITION_POD_SCHEDULED,
            WellKnown.TRUE,
            "",
            "",
            now);
    Pod.Builder bound = pod.toBuilder();
    bound.getSpecBuilder().setNodeName(node);
    bound.getStatusBuilder().clearConditions().addAllConditions(conditions);
    return bound.build();
  }

  private Change.Condition nodeExists(String node) {
    return new Change.Condition(
        List.of(new Txn.Compare.Exists(StoreKeys.of(nodeKind, "", node))),
        () -> ApiErrors.notFound(nodeKind, node));
  }

  private static StatusRuntimeException refused(Pod pod, String why) {
    return ApiErrors.failedPrecondition(
        "BindRefused", "pod \"" + pod.getMetadata().getName() + "\" cannot be bound: " + why);
  }
}
