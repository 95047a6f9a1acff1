package dev.capstan.e2e.controllers;

import dev.capstan.api.v1.Container;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentSpec;
import dev.capstan.api.v1.LabelSelector;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.PodTemplateSpec;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Resource;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A story played on a whole control plane in simulated time, and what such stories need. */
interface Scene {

  Duration SOON = Duration.ofSeconds(30);

  /** What happens. */
  void play(ControlPlane plane) throws InterruptedException;

  /** Plays it, in an order of threads that the seed decides. */
  static void run(long seed, Scene scene) {
    Simulation.run(
        seed,
        sim -> {
          try (ControlPlane plane = new ControlPlane(sim)) {
            scene.play(plane);
          }
        });
  }

  /** A Deployment "web". */
  static Deployment deployment(String namespace, int replicas, String image) {
    return Deployment.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().setNamespace(namespace).setName("web"))
        .setSpec(
            DeploymentSpec.newBuilder()
                .setReplicas(replicas)
                .setSelector(LabelSelector.newBuilder().putMatchLabels("app", "web"))
                .setTemplate(
                    PodTemplateSpec.newBuilder()
                        .setMetadata(ObjectMeta.newBuilder().putLabels("app", "web"))
                        .setSpec(
                            PodSpec.newBuilder()
                                .addContainers(
                                    Container.newBuilder().setName("web").setImage(image)))))
        .build();
  }

  static Resource<Deployment> deployments(Api api) {
    return api.deployments().namespace("default");
  }

  /** True if the rollout is complete with so many pods. */
  static boolean complete(Api api, int replicas) {
    try {
      Deployment web = deployments(api).get("web");
      var status = web.getStatus();
      return status.getObservedGeneration() == web.getMetadata().getGeneration()
          && status.getUpdatedReplicas() == replicas
          && status.getReplicas() == replicas
          && status.getAvailableReplicas() == replicas;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (ApiException.NotFound e) {
      return false;
    }
  }

  static void awaitComplete(ControlPlane plane, int replicas) throws InterruptedException {
    plane.sim.eventually(
        "complete with " + replicas, Duration.ofSeconds(90), () -> complete(plane.api, replicas));
  }

  /** Changes the image of "web". */
  static void image(Api api, String image) throws InterruptedException {
    deployments(api)
        .patch(
            "web",
            "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\""
                + image
                + "\"}]}}}}");
  }

  static List<Pod> pods(Api api) {
    try {
      return api.pods().list().items();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<ReplicaSet> sets(Api api) throws InterruptedException {
    return api.replicaSets().list().items();
  }

  static Set<String> uids(List<Pod> pods) {
    return pods.stream().map(pod -> pod.getMetadata().getUid()).collect(Collectors.toSet());
  }
}
