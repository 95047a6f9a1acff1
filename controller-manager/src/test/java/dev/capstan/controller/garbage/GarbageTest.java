package dev.capstan.controller.garbage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OwnerReference;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
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

  private final ModelCluster cluster = new ModelCluster();
  private final CollectorModel collector = new CollectorModel(cluster);

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

  private List<GarbageAction> decide(String name) {
    return collector.decide(cluster.state(), key(name));
  }

  private static GarbageKey dependentsOf(String owner) {
    return new GarbageKey.Dependents(owner + "-uid");
  }

  private void settle() throws InterruptedException {
    collector.settle();
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
    collector.watch();
    put("owner");
    collector.visit(dependentsOf("owner"));
    assertThat(collector.cluster().reads()).containsExactly("owner");
    assertThat(names()).containsExactly("child", "owner");
  }

  @Test
  void nothingThatHasChangedSinceIsDeleted() throws InterruptedException {
    put("owner");
    put("child", owner("owner", true));
    delete("owner", "Background");
    collector.watch();
    put("new-owner");
    put("child", owner("new-owner", true));
    collector.visit(dependentsOf("owner"));
    assertThat(find("child")).isPresent();
    settle();
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
        collector.settle(random, 3);
      }
    }
    collector.settle(random, 3);
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
  void oneReadConfirmsTheLossForAllDependents() throws InterruptedException {
    put("owner");
    children("child", 20, owner("owner", true));
    delete("owner", "Background");
    settle();
    assertThat(names()).isEmpty();
    assertThat(collector.cluster().reads()).containsExactly("owner");
    assertThat(collector.cluster().calls()).containsExactly(20);
  }

  private void children(String name, int count, OwnerReference... owners) {
    for (int i = 0; i < count; i++) {
      put(name + "-" + i, owners);
    }
  }

  @Test
  void anOwnerMadeAnewUnderItsNameKeepsNothingOfTheFirst() throws InterruptedException {
    put("owner");
    children("child", 5, owner("owner", true));
    collector.watch();
    delete("owner", "Background");
    ConfigMap.Builder second = map("owner").toBuilder();
    second.getMetadataBuilder().setUid("second");
    cluster.put(TYPE, second.build());
    put("other", owner("owner", true).toBuilder().setUid("second").build());
    settle();
    assertThat(names()).containsExactly("other", "owner");
  }

  @Test
  void ofTheDependentsThoseWithAnotherOwnerStay() throws InterruptedException {
    put("one");
    put("two");
    children("both", 3, owner("one", true), owner("two", true));
    children("only", 3, owner("one", true));
    delete("one", "Background");
    settle();
    assertThat(names()).containsExactly("both-0", "both-1", "both-2", "two");
    assertThat(collector.cluster().reads()).containsExactly("one");
    assertThat(collector.cluster().calls()).containsExactly(6);
  }

  @Test
  void whatHasChangedSinceDoesNotStopTheOthersAndIsLookedAtAgain() throws InterruptedException {
    put("owner");
    children("child", 5, owner("owner", true));
    delete("owner", "Background");
    collector.watch();
    put("child-2", owner("owner", true));
    collector.visit(dependentsOf("owner"));
    assertThat(names()).containsExactly("child-2");
    settle();
    assertThat(names()).isEmpty();
  }

  @Test
  void aVisitDoesOnePortionAndTheRestComesLater() throws InterruptedException {
    put("owner");
    children("child", 2 * GarbageApply.PORTION + 1, owner("owner", true));
    delete("owner", "Background");
    collector.watch();
    collector.visit(dependentsOf("owner"));
    assertThat(collector.cluster().calls()).containsExactly(GarbageApply.PORTION);
    settle();
    assertThat(names()).isEmpty();
    assertThat(collector.cluster().calls())
        .containsExactly(GarbageApply.PORTION, GarbageApply.PORTION, 1);
    assertThat(collector.cluster().reads()).containsExactly("owner", "owner", "owner");
  }

  @Test
  void aPortionThatIsRefusedForGoodDoesNotStopTheOthers() throws InterruptedException {
    put("owner");
    children("a", GarbageApply.PORTION, owner("owner", true));
    children("b", 5, owner("owner", true));
    for (int i = 0; i < GarbageApply.PORTION; i++) {
      collector.cluster().refuse("a-" + i);
    }
    delete("owner", "Background");
    collector.watch();
    collector.visit(dependentsOf("owner"));
    assertThat(collector.cluster().calls()).containsExactly(GarbageApply.PORTION, 5);
    assertThat(names()).hasSize(GarbageApply.PORTION).allMatch(name -> name.startsWith("a-"));
  }

  @Test
  void manyAreDisownedInPortionsToo() throws InterruptedException {
    put("owner");
    children("child", GarbageApply.PORTION + 1, owner("owner", true));
    delete("owner", "Orphan");
    settle();
    assertThat(names()).hasSize(GarbageApply.PORTION + 1).doesNotContain("owner");
    assertThat(collector.cluster().calls()).containsExactly(GarbageApply.PORTION, 1, 1);
  }

  @Test
  void anOwnerThatWaitsIsToldWhenAReferenceIsTakenOff() throws InterruptedException {
    put("waiting");
    put("other");
    put("child", owner("waiting", true), owner("other", true));
    delete("waiting", "Foreground");
    settle();
    assertThat(names()).containsExactly("child", "other");
  }

  @Test
  void nothingIsVisitedForWhatCollectionDoesNotCareFor() {
    ConfigMap owner = map("owner");
    ConfigMap child = map("child", owner("owner", true));
    put("owner");
    put("child", owner("owner", true));
    collector.watch();
    assertThat(collector.touched(null, owner)).isEmpty();
    assertThat(collector.touched(null, child)).isEmpty();
    assertThat(collector.touched(child, child.toBuilder().putData("a", "b").build())).isEmpty();
    assertThat(collector.touched(child, null)).isEmpty();
  }

  @Test
  void aLostOwnerIsOneVisitHoweverManyDependentsItHad() {
    children("child", 3, owner("owner", true));
    collector.watch();
    assertThat(collector.touched(map("owner"), null)).containsExactly(dependentsOf("owner"));
    assertThat(collector.touched(null, find("child-0").orElseThrow()))
        .containsExactly(dependentsOf("owner"));
  }

  @Test
  void anOwnerThatBeginsToWaitIsVisitedWithItsDependents() {
    put("owner");
    put("child", owner("owner", true));
    ConfigMap before = find("owner").orElseThrow();
    delete("owner", "Foreground");
    collector.watch();
    assertThat(collector.touched(before, find("owner").orElseThrow()))
        .containsExactly(new GarbageKey.Held("ConfigMap", key("owner")), dependentsOf("owner"));
    assertThat(collector.touched(find("child").orElseThrow(), null))
        .containsExactly(new GarbageKey.Held("ConfigMap", key("owner")));
  }
}
