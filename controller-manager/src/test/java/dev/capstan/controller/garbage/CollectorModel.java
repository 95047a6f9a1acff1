package dev.capstan.controller.garbage;

import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Snapshot;
import dev.capstan.client.cache.SnapshotBuilder;
import dev.capstan.controller.model.ModelCluster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The collector as its runner drives it, on a model of the cluster: a cache that lags behind, keys
 * of the changes that it shows, and a key that has written comes again when the cache has seen
 * that.
 */
final class CollectorModel {

  private static final ObjectType<ConfigMap> TYPE = ObjectType.CONFIG_MAP;

  private final KindRegistry kinds = KindRegistry.builtin();
  private final GarbageGraph graph = new GarbageGraph(kinds, List.of(TYPE));
  private final GarbageTriggers triggers = new GarbageTriggers(graph);
  private final ModelCluster model;
  private final RecordingCluster cluster;
  private final Set<GarbageKey> ready = new LinkedHashSet<>();
  private final Set<GarbageKey> parked = new LinkedHashSet<>();
  private Map<String, ConfigMap> seen = new LinkedHashMap<>();
  private Snapshot snapshot;

  CollectorModel(ModelCluster model) {
    this.model = model;
    this.cluster = new RecordingCluster(model);
    this.snapshot = snapshot(model.state());
  }

  RecordingCluster cluster() {
    return cluster;
  }

  /** What the cache would show of this state. */
  Snapshot snapshot(ModelCluster.State state) {
    SnapshotBuilder builder = new SnapshotBuilder().kind(TYPE, graph.indexesOf(TYPE));
    state.all(TYPE).forEach(each -> builder.put(TYPE, each));
    return builder.at("1");
  }

  /** What is decided on a state about an object. */
  List<GarbageAction> decide(ModelCluster.State state, ObjectKey object) {
    return graph
        .worlds(snapshot(state), new GarbageKey.Held(TYPE.name(), object))
        .flatMap(world -> GarbageDecision.decide(world).stream())
        .toList();
  }

  /** One visit, on what the cache shows. */
  void visit(GarbageKey key) throws InterruptedException {
    new GarbageApply(cluster, kinds)
        .apply(graph.worlds(snapshot, key).flatMap(w -> GarbageDecision.decide(w).stream()));
    if (cluster.comesAgain()) {
      parked.add(key);
    }
  }

  /** The cache catches up. */
  void watch() {
    ModelCluster.State state = model.state();
    Map<String, ConfigMap> now = new LinkedHashMap<>();
    state.all(TYPE).forEach(each -> now.put(each.getMetadata().getUid(), each));
    Map<String, ConfigMap> before = seen;
    seen = now;
    snapshot = snapshot(state);
    Set<String> uids = new LinkedHashSet<>(before.keySet());
    uids.addAll(now.keySet());
    for (String uid : uids) {
      ready.addAll(touched(before.get(uid), now.get(uid)));
    }
    ready.addAll(parked);
    parked.clear();
  }

  /** The keys of a change. */
  List<GarbageKey> touched(@Nullable ConfigMap before, @Nullable ConfigMap after) {
    return triggers.of(snapshot, item(before), item(after));
  }

  private static @Nullable Item item(@Nullable ConfigMap map) {
    return map == null ? null : new Item(TYPE, map.getMetadata());
  }

  /** Lets the cache see everything at every step until there is nothing left to do. */
  void settle() throws InterruptedException {
    settle(new Random(0), 1);
  }

  /**
   * Runs until there is nothing left to do; fails if that never comes.
   *
   * @param every of so many steps the cache sees something in one, on average
   */
  void settle(Random random, int every) throws InterruptedException {
    watch();
    for (int step = 0; step < 2_000; step++) {
      if (ready.isEmpty() || random.nextInt(every) == 0) {
        watch();
      }
      if (ready.isEmpty()) {
        return;
      }
      List<GarbageKey> keys = new ArrayList<>(ready);
      GarbageKey key = keys.get(random.nextInt(keys.size()));
      ready.remove(key);
      visit(key);
    }
    throw new AssertionError("never settles: " + ready);
  }
}
