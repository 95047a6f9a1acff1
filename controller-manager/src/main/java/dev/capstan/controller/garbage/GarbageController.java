package dev.capstan.controller.garbage;

import com.google.protobuf.Message;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.client.Api;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Change;
import dev.capstan.client.cache.InformerSet;
import dev.capstan.client.cache.Snapshot;
import dev.capstan.client.control.Outcome;
import dev.capstan.client.control.Reconciler;
import dev.capstan.controller.ApiCluster;
import dev.capstan.controller.Outcomes;
import java.util.List;
import java.util.Optional;

/** Visits objects whose owners, or whose dependents, have changed. */
public final class GarbageController implements Reconciler<GarbageGraph.Key> {

  private final GarbageGraph graph;
  private final KindRegistry kinds;

  public GarbageController(GarbageGraph graph, KindRegistry kinds) {
    this.graph = graph;
    this.kinds = kinds;
  }

  @Override
  public Outcome reconcile(GarbageGraph.Key key, Snapshot snapshot, Api api)
      throws InterruptedException {
    Optional<GarbageWorld> world = graph.world(snapshot, key);
    if (world.isEmpty()) {
      return Outcome.DONE;
    }
    ApiCluster cluster = new ApiCluster(api, ApiCluster.Events.NONE);
    new GarbageApply(cluster, kinds).apply(GarbageDecision.decide(world.get()));
    return Outcomes.of(cluster.failure(), Optional.empty());
  }

  /** The objects to visit because one has changed. */
  public <T extends Message> List<GarbageGraph.Key> keys(
      InformerSet informers, ObjectType<T> type, Change<T> change) {
    T before = change.before();
    ObjectMeta meta = type.metadata(change.object());
    boolean known =
        before != null
            && type.metadata(before).getOwnerReferencesList().equals(meta.getOwnerReferencesList());
    return graph.touched(informers.snapshot(), new Item(type, meta), known, change.gone());
  }
}
