package dev.capstan.e2e.controllers;

import static dev.capstan.e2e.controllers.Scene.awaitComplete;
import static dev.capstan.e2e.controllers.Scene.deployment;
import static dev.capstan.e2e.controllers.Scene.deployments;
import static dev.capstan.e2e.controllers.Scene.pods;
import static dev.capstan.e2e.controllers.Scene.sets;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.WriteId;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A release with more defaults on the store of one that had fewer. */
class UpgradeTest {

  private static final String OBJECTS = "/capstan/v1/";

  /** What a release without these defaults would have stored. */
  private static byte[] earlier(String key, byte[] payload) throws InvalidProtocolBufferException {
    if (key.startsWith(OBJECTS + "pods/")) {
      Pod.Builder pod = Pod.parseFrom(payload).toBuilder();
      return pod.setSpec(earlier(pod.getSpec())).build().toByteArray();
    }
    if (key.startsWith(OBJECTS + "replicasets/")) {
      ReplicaSet.Builder set = ReplicaSet.parseFrom(payload).toBuilder();
      PodSpec spec = earlier(set.getSpec().getTemplate().getSpec());
      set.getSpecBuilder().getTemplateBuilder().setSpec(spec);
      return set.build().toByteArray();
    }
    if (key.startsWith(OBJECTS + "deployments/")) {
      Deployment.Builder web = Deployment.parseFrom(payload).toBuilder();
      PodSpec spec = earlier(web.getSpec().getTemplate().getSpec());
      web.getSpecBuilder().clearStrategy().getTemplateBuilder().setSpec(spec);
      return web.build().toByteArray();
    }
    return payload;
  }

  private static PodSpec earlier(PodSpec spec) {
    PodSpec.Builder earlier =
        spec.toBuilder().clearSchedulerName().clearRestartPolicy().clearPriority();
    earlier.getContainersBuilder(0).clearImagePullPolicy();
    return earlier.build();
  }

  /** All that a cluster of an earlier release has stored, with three pods of a Deployment. */
  private static List<KvStore.Entry> earlierCluster() {
    List<KvStore.Entry> stored = new ArrayList<>();
    Simulation.run(
        11,
        sim -> {
          KvStore store = new MemoryKvStore(sim.seam());
          ControlPlane plane = new ControlPlane(sim, store);
          plane.nodes.start(2);
          plane.manager();
          deployments(plane.api).create(deployment("default", 3, "hello:1"));
          awaitComplete(plane, 3);
          stored.addAll(
              store.range(new KvStore.RangeRequest(OBJECTS, "", 1000, 0, false)).entries());
        });
    return stored;
  }

  private static KvStore storeOf(Simulation sim, List<KvStore.Entry> entries)
      throws InvalidProtocolBufferException {
    ValueCodec codec = ValueCodec.plain();
    KvStore store = new MemoryKvStore(sim.seam());
    for (KvStore.Entry entry : entries) {
      // The leader's lease would come without its fence.
      if (!entry.key().startsWith(OBJECTS + "leases/kube-system/")) {
        byte[] payload = earlier(entry.key(), codec.decode(entry).payload());
        byte[] value = codec.encode(entry.key(), payload, new WriteId(1, 2), 0);
        Txn put = new Txn(List.of(), List.of(new Txn.Op.Put(entry.key(), value)));
        assertThat(store.commit(new Group(List.of(put))).revision()).isPositive();
      }
    }
    return store;
  }

  @Test
  void aNewDefaultStartsNoRolloutAndReplacesNoPod() {
    List<KvStore.Entry> entries = earlierCluster();
    Set<String> names =
        entries.stream()
            .map(KvStore.Entry::key)
            .filter(key -> key.startsWith(OBJECTS + "pods/default/"))
            .map(key -> key.substring(key.lastIndexOf('/') + 1))
            .collect(Collectors.toSet());
    assertThat(names).hasSize(3);
    Simulation.run(
        12,
        sim -> {
          ControlPlane plane = new ControlPlane(sim, storeOf(sim, entries));
          plane.manager();
          sim.seam().clock().sleep(Duration.ofSeconds(30));
          assertThat(sets(plane.api)).hasSize(1);
          assertThat(pods(plane.api))
              .extracting(pod -> pod.getMetadata().getName())
              .containsExactlyInAnyOrderElementsOf(names);
          Deployment web = deployments(plane.api).get("web");
          assertThat(web.getMetadata().getGeneration()).isEqualTo(1);
          assertThat(web.getSpec().getStrategy().getType()).isEqualTo("RollingUpdate");
        });
  }
}
