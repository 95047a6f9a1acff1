package dev.capstan.controller.garbage;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.client.cache.Snapshot;
import dev.capstan.client.cache.SnapshotBuilder;
import dev.capstan.controller.model.ModelCluster;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Collection in a model of the cluster, ConfigMaps standing for anything that owns or is owned. */
class GarbageTest {

  private static final ObjectType<ConfigMap> TYPE = ObjectType.CONFIG_MAP;
  private static final KindRegistry KINDS = KindRegistry.builtin();

  private final ModelCluster cluster = new ModelCluster();

  private static ConfigMap map(String name, OwnerReference... owners) {
    return ConfigMap.newBuilder()
        .setMetadata(
            ObjectMeta.newBuilder()
                .setNamespace("default")
                .setName(name)
                .setUid(name + "-uid")
                .addAllOwnerReferences(List.of(owners)))
        .build();
  }

  private static OwnerReference owner(String name, boolean blocking) {
    return OwnerReference.newBuilder()
        .setApiVersion("v1")
        .setKind("ConfigMap")
        .setName(name)
        .setUid(name + "-uid")
        .setBlockOwnerDeletion(blocking)
        .build();
  }

  private static ObjectKey key(String name) {
    return new ObjectKey("default", name);
  }

  private void put(String name, OwnerReference... owners) {
    cluster.put(TYPE, map(name, owners));
  }

  private void delete(String name, String policy) {
    cluster.delete(
        TYPE, key(name), DeleteOptions.newBuilder().setPropagationPolicy(policy).build());
  }

  private Optional<ConfigMap> find(String name) {
    return cluster.get(TYPE, key(name));
  }

  private List<String> names() {
    return cluster.state().all(TYPE).stream().map(each -> each.getMetadata().getName()).toList();
  }

  /** What a graph over this state says of an object. */
  private static Optional<GarbageWorld> world(ModelCluster.State state, String name) {
    GarbageGraph graph = new GarbageGraph(KINDS, List.of(TYPE));
    SnapshotBuilder builder = new SnapshotBuilder().kind(TYPE, graph.indexesOf(TYPE));
    state.all(TYPE).forEach(each -> builder.put(TYPE, each));
    Snapshot snapshot = builder.at("1");
    return graph.world(snapshot, new GarbageGraph.Key("ConfigMap", key(name)));
  }

  private List<GarbageAction> decide(String name) {
    return world(cluster.state(), name).map(GarbageDecision::decide).orElse(List.of());
  }

  private void visit(ModelCluster.State state, String name) throws InterruptedException {
    Optional<GarbageWorld> world = world(state, name);
    if (world.isPresent()) {
      new GarbageApply(cluster, KINDS).apply(GarbageDecision.decide(world.get()));
    }
  }

  /** Visits everything until nothing changes; fails if that never comes. */
  private void settle() throws InterruptedException {
    for (int round = 0; round < 50; round++) {
      long before = cluster.writes();
      for (String name : names()) {
        visit(cluster.state(), name);
      }
      if (cluster.writes() == before) {
        return;
      }
    }
    throw new AssertionError("never settles: " + names());
  }

  @Test
  void whatHasAnOwnerStays() throws InterruptedException {
    put("owner");
    put("child", owner("owner", true));
    settle();
    assertThat(names()).containsExactly("child", "owner");
  }

  @Test
  void whatHasLostItsOwnersGoes() throws InterruptedException {
    put("owner");
    put("child", owner("owner", true));
    put("grandchild", owner("child", true));
    delete("owner", "Background");
    settle();
    assertThat(names()).isEmpty();
  }

  @Test
  void anOwnerOfTheSameNameButAnotherUidIsNone() throws InterruptedException {
    ConfigMap.Builder other = map("owner").toBuilder();
    other.getMetadataBuilder().setUid("another");
    cluster.put(TYPE, other.build());
    put("child", owner("owner", true));
    settle();
    assertThat(names()).containsExactly("owner");
  }

  @Test
  void aLostOwnerIsStruckOffWhileAnotherIsLeft() throws InterruptedException {
    put("one");
    put("two");
    put("child", owner("one", true), owner("two", false));
    delete("one", "Background");
    settle();
    assertThat(find("child").orElseThrow().getMetadata().getOwnerReferencesList())
        .containsExactly(owner("two", false));
  }

  @Test
  void nothingGoesOnACacheThatHasNotSeenItsOwner() throws InterruptedException {
    put("child", owner("owner", true));
    ModelCluster.State stale = cluster.state();
    put("owner");
    visit(stale, "child");
    assertThat(names()).containsExactly("child", "owner");
  }

  @Test
  void nothingThatHasChangedSinceIsDeleted() throws InterruptedException {
    put("owner");
    put("child", owner("owner", true));
    delete("owner", "Background");
    ModelCluster.State stale = cluster.state();
    put("new-owner");
    put("child", owner("new-owner", true));
    visit(stale, "child");
    assertThat(find("child")).isPresent();
  }

  @Test
  void anOwnerOfAKindNobodyKnowsIsNeverJudged() {
    put("child", owner("owner", true).toBuilder().setKind("Widget").build());
    assertThat(decide("child")).isEmpty();
  }

  @Test
  void inTheForegroundTheOwnerWaitsForThoseThatBlock() throws InterruptedException {
    put("owner");
    cluster.put(TYPE, held(map("blocking", owner("owner", true))));
    put("free", owner("owner", false));
    delete("owner", "Foreground");
    settle();
    assertThat(names()).containsExactly("blocking", "owner");
    unhold("blocking");
    settle();
    assertThat(names()).isEmpty();
  }

  private static ConfigMap held(ConfigMap map) {
    ConfigMap.Builder fresh = map.toBuilder();
    fresh.getMetadataBuilder().addFinalizers("test/hold");
    return fresh.build();
  }

  private void unhold(String name) {
    ConfigMap.Builder fresh = find(name).orElseThrow().toBuilder();
    List<String> others =
        fresh.getMetadata().getFinalizersList().stream()
            .filter(each -> !each.equals("test/hold"))
            .toList();
    fresh.getMetadataBuilder().clearFinalizers().addAllFinalizers(others);
    cluster.put(TYPE, fresh.build());
    if (others.isEmpty() && fresh.getMetadata().hasDeletionTimestamp()) {
      cluster.remove(TYPE, key(name));
    }
  }

  @Test
  void orphanedDependentsStayWithoutTheReference() throws InterruptedException {
    put("owner");
    put("child", owner("owner", true));
    delete("owner", "Orphan");
    settle();
    assertThat(names()).containsExactly("child");
    assertThat(find("child").orElseThrow().getMetadata().getOwnerReferencesList()).isEmpty();
  }

  @Test
  void aCircleOfOwnersStaysAndIsNotTouched() throws InterruptedException {
    put("a", owner("b", true));
    put("b", owner("a", true));
    settle();
    assertThat(names()).containsExactly("a", "b");
    assertThat(cluster.writes()).isZero();
  }

  @Test
  void aCircleDeletedInTheForegroundGoes() throws InterruptedException {
    put("a", owner("c", true));
    put("b", owner("a", true));
    put("c", owner("b", true));
    delete("a", "Foreground");
    settle();
    assertThat(names()).isEmpty();
  }

  @Test
  void whatOwnsItselfGoesWhenItIsDeletedInTheForeground() throws InterruptedException {
    put("a", owner("a", true));
    delete("a", "Foreground");
    settle();
    assertThat(names()).isEmpty();
  }

  @Test
  void aFinalizerOfDeletionDecidesHowACollectedObjectGoes() {
    ConfigMap.Builder child = map("child", owner("owner", true)).toBuilder();
    child.getMetadataBuilder().addFinalizers(WellKnown.FINALIZER_ORPHAN);
    cluster.put(TYPE, child.build());
    assertThat(decide("child"))
        .singleElement()
        .isInstanceOfSatisfying(
            GarbageAction.Collect.class,
            collect -> assertThat(collect.policy()).isEqualTo(GarbageAction.Policy.ORPHAN));
  }

  /** Any graph, any deletions: it comes to rest, and nothing is left that has only lost owners. */
  @Property(tries = 150)
  void everyGraphSettlesWithoutGarbage(@ForAll long seed) throws InterruptedException {
    Random random = new Random(seed);
    int count = 1 + random.nextInt(8);
    for (int i = 0; i < count; i++) {
      OwnerReference[] owners = new OwnerReference[random.nextInt(3)];
      for (int j = 0; j < owners.length; j++) {
        owners[j] = owner("o" + random.nextInt(count), random.nextBoolean());
      }
      put("o" + i, owners);
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      delete(
          "o" + random.nextInt(count),
          List.of("Background", "Foreground", "Orphan").get(random.nextInt(3)));
      if (random.nextBoolean()) {
        settle();
      }
    }
    settle();
    for (ConfigMap left : cluster.state().all(TYPE)) {
      List<OwnerReference> owners = left.getMetadata().getOwnerReferencesList();
      assertThat(owners.isEmpty() || owners.stream().anyMatch(this::exists))
          .as(left.toString())
          .isTrue();
    }
  }

  private boolean exists(OwnerReference reference) {
    return find(reference.getName()).isPresent();
  }

  @Test
  void onlyWhatMayNeedAVisitIsVisited() {
    put("owner");
    put("child", owner("owner", true));
    GarbageGraph graph = new GarbageGraph(KINDS, List.of(TYPE));
    SnapshotBuilder builder = new SnapshotBuilder().kind(TYPE, graph.indexesOf(TYPE));
    cluster.state().all(TYPE).forEach(each -> builder.put(TYPE, each));
    Snapshot snapshot = builder.at("1");
    Item child = item(find("child").orElseThrow());
    Item owner = item(find("owner").orElseThrow());
    assertThat(graph.touched(snapshot, child, true, false)).isEmpty();
    assertThat(graph.touched(snapshot, child, false, false))
        .containsExactly(new GarbageGraph.Key("ConfigMap", key("child")));
    assertThat(graph.touched(snapshot, owner, true, true))
        .containsExactly(new GarbageGraph.Key("ConfigMap", key("child")));
    assertThat(graph.touched(snapshot, owner, false, false)).isEmpty();
  }

  private static Item item(Message object) {
    return new Item(TYPE, TYPE.metadata((ConfigMap) object));
  }
}
