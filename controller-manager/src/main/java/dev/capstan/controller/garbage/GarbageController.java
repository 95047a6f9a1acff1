package dev.capstan.controller.garbage;

import com.google.protobuf.Message;
import dev.capstan.api.KindRegistry;
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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Visits the dependents of owners that are gone or going, all those of an owner together. */
public final class GarbageController implements Reconciler<GarbageKey> {

  private final GarbageGraph graph;
  private final GarbageTriggers triggers;
  private final KindRegistry kinds;

  public GarbageController(GarbageGraph graph, KindRegistry kinds) {
    this.graph = graph;
    this.triggers = new GarbageTriggers(graph);
    this.kinds = kinds;
  }

  @Override
  public Outcome reconcile(GarbageKey key, Snapshot snapshot, Api api) throws InterruptedException {
    // Decided on one by one as they are carried out: most of a large workload comes later.
    Stream<GarbageAction> actions =
        graph.worlds(snapshot, key).flatMap(world -> GarbageDecision.decide(world).stream());
    ApiCluster cluster = new ApiCluster(api, ApiCluster.Events.NONE);
    new GarbageApply(cluster, kinds).apply(actions);
    return Outcomes.of(cluster.failure(), Optional.empty());
  }

  /** What to visit because an object has changed. */
  public <T extends Message> List<GarbageKey> keys(
      InformerSet informers, ObjectType<T> type, Change<T> change) {
    return triggers.of(
        informers.snapshot(), item(type, change.before()), item(type, change.after()));
  }

  private static <T extends Message> @Nullable Item item(ObjectType<T> type, @Nullable T object) {
    return object == null ? null : new Item(type, type.metadata(object));
  }
}
