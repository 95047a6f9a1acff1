package dev.capstan.controller.namespace;

import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.Namespace;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Snapshot;
import dev.capstan.client.control.Outcome;
import dev.capstan.client.control.Reconciler;
import dev.capstan.controller.ApiCluster;
import dev.capstan.controller.Outcomes;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Empties namespaces that are being deleted. */
public final class NamespaceController implements Reconciler<ObjectKey> {

  private final Clock clock;
  private final KindRegistry kinds;
  private final Looks looks;

  public NamespaceController(Clock clock, KindRegistry kinds) {
    this.clock = clock;
    this.kinds = kinds;
    this.looks = new Looks(clock);
  }

  @Override
  public Outcome reconcile(ObjectKey key, Snapshot snapshot, Api api) throws InterruptedException {
    Optional<Namespace> namespace =
        snapshot.find(ObjectType.NAMESPACE, key).filter(NamespaceDecision::isDue);
    if (namespace.isEmpty()) {
      looks.forget(key);
      return Outcome.DONE;
    }
    Duration early = looks.left(key);
    return early.isPositive() ? Outcome.after(early) : look(namespace.get(), key, api);
  }

  private Outcome look(Namespace namespace, ObjectKey key, Api api) throws InterruptedException {
    ApiCluster cluster = new ApiCluster(api, ApiCluster.Events.NONE);
    NamespaceApply apply = new NamespaceApply(cluster, kinds);
    List<NamespaceAction> actions = NamespaceDecision.decide(apply.read(namespace), clock.now());
    apply.apply(namespace, actions);
    Optional<ApiException> fault = cluster.failure().or(apply::refusal);
    Optional<Duration> again = lookAgain(actions);
    if (fault.isEmpty() // Else its back-off says when: to look early would end it.
        && actions.stream().noneMatch(NamespaceAction.DeleteContent.class::isInstance)) {
      again.ifPresent(pause -> looks.pause(key, pause)); // What is deleted may be gone at once.
    }
    return Outcomes.of(fault, again);
  }

  private static Optional<Duration> lookAgain(List<NamespaceAction> actions) {
    return actions.stream()
        .filter(NamespaceAction.LookAgain.class::isInstance)
        .map(action -> ((NamespaceAction.LookAgain) action).after())
        .findFirst();
  }
}
