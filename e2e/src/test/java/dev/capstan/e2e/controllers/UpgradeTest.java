package dev.capstan.e2e.controllers;

import static dev.capstan.e2e.controllers.Scene.awaitComplete;
import static dev.capstan.e2e.controllers.Scene.deployment;
import static dev.capstan.e2e.controllers.Scene.deployments;
import static dev.capstan.e2e.controllers.Scene.pods;
import static dev.capstan.e2e.controllers.Scene.sets;
import static dev.capstan.e2e.controllers.Scene.uids;
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
import java.util.List;
import java.util.Set;
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

  /** A store with all of another's objects as an earlier release would have written them. */
  private static KvStore earlier(Simulation sim, KvStore from)
      throws InvalidProtocolBufferException {
    ValueCodec codec = ValueCodec.plain();
    KvStore to = new MemoryKvStore(sim.seam());
    KvStore.RangeRequest all = new KvStore.RangeRequest(OBJECTS, "", 1000, 0, false);
    for (KvStore.Entry entry : from.range(all).entries()) {
      // Leases are not taken along: their fences would be missing.
      if (!entry.key().startsWith(OBJECTS + "leases/")) {
        byte[] payload = earlier(entry.key(), codec.decode(entry).payload());
        byte[] value = codec.encode(entry.key(), payload, new WriteId(1, 2), 0);
        Txn put = new Txn(List.of(), List.of(new Txn.Op.Put(entry.key(), value)));
        assertThat(to.commit(new Group(List.of(put))).revision()).isPositive();
      }
    }
    return to;
  }

  @Test
  void aNewDefaultStartsNoRolloutAndReplacesNoPod() {
    Simulation.run(
        11,
        sim -> {
          KvStore first = new MemoryKvStore(sim.seam());
          Set<String> before;
          try (ControlPlane plane = new ControlPlane(sim, first)) {
            plane.nodes.start(2);
            var manager = plane.manager();
            deployments(plane.api).create(deployment("default", 3, "hello:1"));
            awaitComplete(plane, 3);
            before = uids(pods(plane.api));
            manager.process().kill();
          }
          try (ControlPlane plane = new ControlPlane(sim, earlier(sim, first))) {
            plane.manager();
            sim.seam().clock().sleep(Duration.ofMinutes(2));
            assertThat(sets(plane.api)).hasSize(1);
            assertThat(uids(pods(plane.api))).isEqualTo(before);
            Deployment web = deployments(plane.api).get("web");
            assertThat(web.getMetadata().getGeneration()).isEqualTo(1);
            assertThat(web.getSpec().getStrategy().getType()).isEqualTo("RollingUpdate");
          }
        });
  }
}
