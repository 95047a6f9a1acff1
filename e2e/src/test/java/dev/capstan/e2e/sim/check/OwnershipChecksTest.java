package dev.capstan.e2e.sim.check;

import static dev.capstan.e2e.sim.check.Things.config;
import static dev.capstan.e2e.sim.check.Things.going;
import static dev.capstan.e2e.sim.check.Things.node;
import static dev.capstan.e2e.sim.check.Things.on;
import static dev.capstan.e2e.sim.check.Things.pod;
import static dev.capstan.e2e.sim.check.Things.ready;
import static dev.capstan.e2e.sim.check.Things.uid;
import static dev.capstan.e2e.sim.check.Workloads.deployment;
import static dev.capstan.e2e.sim.check.Workloads.observed;
import static dev.capstan.e2e.sim.check.Workloads.set;

import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Fence;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ReplicaSet;
import org.junit.jupiter.api.Test;

/** Identity and ownership. */
class OwnershipChecksTest {

  private final Tale tale = new Tale();

  private void delete(String client, String service, String name, long grace) {
    DeleteRequest.Builder request =
        DeleteRequest.newBuilder().setNamespace("default").setName(name);
    request.getOptionsBuilder().setGracePeriodSeconds(grace);
    if (client.startsWith("controllers")) {
      Fence fence = Fence.newBuilder().setNamespace("n").setName("l").setEpoch(epoch).build();
      request.getOptionsBuilder().getWriteBuilder().setFence(fence);
    }
    tale.begin(client, "capstan.v1." + service + "/Delete", request.build());
  }

  private String epoch = "";

  @Test
  void aStatusMustNotLandOnASuccessor() {
    tale.put(node("a")).put(on(pod("web"), "a"));
    tale.checks.containerStarted("a", "default", "web", "web-uid", "main", 0);
    tale.put(ready(on(pod("web"), "a"), true));
    tale.holds();
    tale.checks.containerEnded("a", "default", "web", "web-uid", "main", 0);
    tale.remove(pod("web")).put(on(uid(pod("web"), "second"), "a"));
    tale.put(ready(on(uid(pod("web"), "second"), "a"), true));
    tale.breaks("identity", "where no container of it was ever started");
  }

  @Test
  void aUidMustNotChange() {
    tale.put(pod("web")).put(uid(pod("web"), "second"));
    tale.breaks("I4", "changed its uid");
  }

  @Test
  void anObservedGenerationMustNotFall() {
    tale.put(deployment(1, 1, 1)).put(set("s", 1)).put(set("s", 2));
    tale.put(observed(set("s", 2), 2)).put(observed(set("s", 2), 1));
    tale.breaks("identity", "from observed generation 2 to 1");
  }

  @Test
  void anotherSpecIsAnotherGeneration() {
    tale.put(set("s", 1)).as(set("s", 2)).commit();
    tale.breaks("identity", "went from generation 1 to 1 with another spec");
  }

  @Test
  void aRolloutRevisionMustNotFall() {
    tale.put(revision("2")).put(revision("1"));
    tale.breaks("identity", "fell from rollout revision 2 to 1");
  }

  private static ReplicaSet revision(String revision) {
    ReplicaSet.Builder set = set("s", 1).toBuilder();
    set.getMetadataBuilder().putAnnotations(WellKnown.ANNOTATION_REVISION, revision);
    return set.build();
  }

  @Test
  void aKubeletMustNotDeleteWhatNobodyWantsDeleted() {
    tale.put(node("a")).put(on(pod("web"), "a"));
    delete("kubelet-0", "Pods", "web", 0);
    tale.remove(pod("web"));
    tale.breaks("ownership", "nobody had asked for its deletion");
  }

  @Test
  void aKubeletConfirmsWhatIsBeingDeleted() {
    tale.put(node("a")).put(on(pod("web"), "a"));
    delete("user", "Pods", "web", 30);
    tale.put(going(on(pod("web"), "a")));
    delete("kubelet-0", "Pods", "web", 0);
    tale.remove(pod("web"));
    tale.holds();
  }

  @Test
  void controllersMustNotDeleteWhatNobodyOwns() {
    tale.put(node("a")).put(on(pod("web"), "a"));
    epoch = tale.fence("n/l");
    delete("controllers-0", "Pods", "web", 0);
    tale.remove(pod("web"));
    tale.breaks("ownership", "has no owner but is deleted by controllers");
  }

  private static ConfigMap owned() {
    ConfigMap.Builder map = config("child", "1").toBuilder();
    map.getMetadataBuilder()
        .addOwnerReferencesBuilder()
        .setKind("ConfigMap")
        .setName("owner")
        .setUid("owner-uid");
    return map.build();
  }

  @Test
  void garbageIsWhatHasLostItsOwner() {
    tale.put(config("owner", "1")).put(owned());
    epoch = tale.fence("n/l");
    delete("user", "ConfigMaps", "owner", 0);
    tale.remove(config("owner", "1"));
    delete("controllers-0", "ConfigMaps", "child", 0);
    tale.remove(owned());
    tale.holds();
  }

  @Test
  void whatHasItsOwnerIsNoGarbage() {
    tale.put(config("owner", "1")).put(owned());
    epoch = tale.fence("n/l");
    delete("controllers-0", "ConfigMaps", "child", 0);
    tale.remove(owned());
    tale.breaks("ownership", "while its owner ConfigMap default/owner is there");
  }

  @Test
  void finalizersHoldBack() {
    ConfigMap.Builder held = config("a", "1").toBuilder();
    held.getMetadataBuilder().addFinalizers("example.com/hold");
    tale.put(held.build());
    delete("user", "ConfigMaps", "a", 0);
    tale.remove(config("a", "1"));
    tale.breaks("ownership", "although it has finalizers [example.com/hold]");
  }

  @Test
  void nothingIsMadeInNoNamespace() {
    ConfigMap.Builder map = config("a", "1").toBuilder();
    map.getMetadataBuilder().setNamespace("nowhere");
    tale.put(map.build());
    tale.breaks("ownership", "in a namespace that does not exist");
  }

  @Test
  void aNamespaceGoesEmpty() {
    tale.put(config("a", "1"));
    Namespace.Builder namespace = Namespace.newBuilder();
    namespace.getMetadataBuilder().setName("default");
    tale.remove(namespace.build());
    tale.breaks("ownership", "is removed while ConfigMap default/a is in it");
  }
}
