package dev.capstan.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.capstan.api.v1.ContainerStatus;
import dev.capstan.api.v1.Pod;
import dev.capstan.e2e.lab.Command;
import dev.capstan.e2e.lab.Component;
import dev.capstan.e2e.lab.Engine;
import dev.capstan.e2e.lab.Lab;
import dev.capstan.e2e.lab.RawStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody overwrites pods in etcd: one with text, one with a value of a newer storage version.
 * Nobody takes them for deleted, whoever is started anew; who deletes one gets another.
 */
class DamagedValueIT {

  private static final String IMAGE = "localhost/capstan/hello:1";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Where the storage version stands in a value (ValueCodec). */
  private static final int VERSION = 3;

  private final Engine engine = Engine.ofEnvironment();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void theContainerOfAnUnreadablePodRunsOn() throws Exception {
    try (Lab lab = Lab.start(Lab.Store.ETCD, engine, folder)) {
      lab.capstan("run", "web", "--image=" + IMAGE, "--replicas=2").succeeded();
      lab.capstan("rollout", "status", "deployment/web").succeeded();
      List<Pod> pods = lab.api().pods().namespace("default").list().items();
      RawStore etcd = lab.rawStore();
      String damaged = pods.get(0).getMetadata().getName();
      String newer = pods.get(1).getMetadata().getName();
      byte[] readable = etcd.get(key(newer));
      etcd.put(key(damaged), "not ours".getBytes(StandardCharsets.UTF_8));
      etcd.put(key(newer), withVersion(readable, 9));
      Set<String> containers = Set.copyOf(engine.running(IMAGE));
      assertThat(containers).hasSize(2);

      for (String name : List.of(damaged, newer)) {
        Command.Result get = lab.capstan("get", "pod", name);
        assertThat(get.exitCode()).isEqualTo(1);
        assertThat(get.err()).contains(key(name)).doesNotContain("NotFound");
      }
      grow(lab, containers, 3);
      lab.killAndRestart(Component.KUBELET);
      lab.awaitReady(Component.KUBELET);
      lab.killAndRestart(Component.CONTROLLER_MANAGER);
      lab.awaitReady(Component.CONTROLLER_MANAGER);
      grow(lab, containers, 4);

      etcd.put(key(newer), readable);
      lab.capstan("get", "pod", newer).succeeded();
      lab.capstan("delete", "pod", damaged).succeeded();
      String gone = container(pods.get(0));
      await("its container is gone, and another runs")
          .atMost(PATIENCE)
          .until(() -> engine.running(IMAGE).size() == 4 && !engine.running(IMAGE).contains(gone));
      assertThat(engine.running(IMAGE)).contains(container(pods.get(1)));
      lab.capstan("get", "pods").succeeded();
    }
  }

  /**
   * Everybody works, since a pod more comes up; and nobody has touched the containers of before.
   */
  private void grow(Lab lab, Set<String> containers, int size) {
    lab.capstan("scale", "deployment", "web", "--replicas=" + size).succeeded();
    await(size + " containers").atMost(PATIENCE).until(() -> engine.running(IMAGE).size() == size);
    assertThat(engine.running(IMAGE)).containsAll(containers);
  }

  private static String key(String pod) {
    return "/capstan/v1/pods/default/" + pod;
  }

  private static byte[] withVersion(byte[] value, int version) {
    byte[] other = value.clone();
    other[VERSION] = (byte) version;
    return other;
  }

  private static String container(Pod pod) {
    return pod.getStatus().getContainerStatusesList().stream()
        .map(ContainerStatus::getContainerId)
        .map(id -> id.substring("docker://".length()))
        .collect(Collectors.joining());
  }
}
