package dev.capstan.e2e.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.capstan.api.Conditions;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Node;
import dev.capstan.e2e.lab.Component;
import dev.capstan.e2e.lab.Engine;
import dev.capstan.e2e.lab.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A node's name and object change under running containers: not one of them is touched. */
class NodeIdentityIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Engine engine = Engine.ofEnvironment();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  private Path folder;

  @Test
  void containersOutliveAnotherNameAndADeletedNode() throws Exception {
    try (Lab lab = Lab.start(Lab.Store.EMBEDDED, engine, folder)) {
      lab.capstan("run", "web", "--image=localhost/capstan/hello:1", "--replicas=3").succeeded();
      await("three containers")
          .atMost(PATIENCE)
          .until(() -> engine.running("localhost/capstan/hello:1").size() == 3);
      lab.capstan("rollout", "status", "deployment/web").succeeded();
      List<String> containers = containers();

      lab.kill(Component.KUBELET);
      lab.renameNode("other");
      lab.start(Component.KUBELET);
      assertThat(lab.awaitEnd(Component.KUBELET)).isEqualTo(1);
      assertThat(Files.readString(lab.log("kubelet")))
          .contains(
              "this kubelet was node \"lab\" and is to be node \"other\" now: nothing is touched",
              "--node-name=lab",
              "--cleanup");
      assertThat(containers()).as("under another name").isEqualTo(containers);
      assertThat(lab.api().nodes().find("other")).as("no node of that name").isEmpty();

      lab.renameNode("lab");
      lab.start(Component.KUBELET);
      lab.awaitReady(Component.KUBELET);
      assertThat(containers()).as("under its own name again").isEqualTo(containers);

      String uid = lab.api().nodes().get("lab").getMetadata().getUid();
      lab.capstan("delete", "node", "lab").succeeded();
      await("the node is back")
          .atMost(Duration.ofSeconds(20))
          .until(() -> lab.api().nodes().find("lab").filter(node -> isNew(node, uid)).isPresent());
      lab.awaitReady(Component.KUBELET);
      lab.capstan("scale", "deployment", "web", "--replicas=4").succeeded();
      lab.capstan("rollout", "status", "deployment/web").succeeded();
      lab.killAndRestart(Component.KUBELET);
      lab.awaitReady(Component.KUBELET);
      assertThat(containers()).as("of both uids").hasSize(4).containsAll(containers);
      await("logs go by the new uid")
          .atMost(PATIENCE)
          .until(() -> lab.capstan("logs", "deployment/web").exitCode() == 0);
    }
    assertThat(containers()).as("the clean-up takes those of both uids").isEmpty();
  }

  private List<String> containers() {
    return engine.lines("ps", "-q", "--no-trunc").stream().sorted().toList();
  }

  private static boolean isNew(Node node, String uid) {
    return !node.getMetadata().getUid().equals(uid)
        && Conditions.isTrue(node.getStatus().getConditionsList(), WellKnown.CONDITION_READY);
  }
}
