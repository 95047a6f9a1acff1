package dev.capstan.controller.namespace;

import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.Namespace;
import dev.capstan.client.Api;
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

  public NamespaceController(Clock clock, KindRegistry kinds) {
    this.clock = clock;
    this.kinds = kinds;
  }

  @Override
  public Outcome reconcile(ObjectKey key, Snapshot snapshot, Api api) throws InterruptedException {
    Optional<Namespace> namespace =
        snapshot.find(ObjectType.NAMESPACE, key).filter(NamespaceDecision::isDue);
    if (namespace.isEmpty()) {
      return Outcome.DONE;
    }
    ApiCluster cluster = new ApiCluster(api, ApiCluster.Events.NONE);
    NamespaceApply apply = new NamespaceApply(cluster, kinds);
    List<NamespaceAction> actions =
        NamespaceDecision.decide(apply.read(namespace.get()), clock.now());
    apply.apply(namespace.get(), actions);
    return Outcomes.of(cluster.failure(), lookAgain(actions));
  }

  private static Optional<Duration> lookAgain(List<NamespaceAction> actions) {
    return actions.stream()
        .filter(NamespaceAction.LookAgain.class::isInstance)
        .map(action -> ((NamespaceAction.LookAgain) action).after())
        .findFirst();
  }
}
