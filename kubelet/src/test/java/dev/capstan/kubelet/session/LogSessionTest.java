package dev.capstan.kubelet.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.capstan.api.v1.LogsRequest;
import dev.capstan.kubelet.pod.LogFixture;
import dev.capstan.seam.sim.Simulation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a session sends of a container's log. */
class LogSessionTest {

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  private Status send(Simulation simulation, LogFixture node, LogsRequest.Builder request)
      throws InterruptedException {
    return new LogSession(
            node.manager(),
            node.engine(),
            simulation.seam().clock(),
            request.build(),
            node.podUid(),
            bytes -> {
              sent.writeBytes(bytes);
              return true;
            })
        .run();
  }

  private String text() {
    return sent.toString(StandardCharsets.UTF_8);
  }

  @Test
  void theWholeLogOfTheRunningContainer() {
    Simulation.run(
        1,
        simulation -> {
          LogFixture node = new LogFixture(simulation);
          assertThat(send(simulation, node, LogsRequest.newBuilder()).getCode())
              .isEqualTo(Code.OK_VALUE);
          assertThat(text()).isEqualTo("started localhost/capstan/hello:1 as a\n");
        });
  }

  @Test
  void aLimitCutsInTheMiddle() {
    Simulation.run(
        1,
        simulation -> {
          LogFixture node = new LogFixture(simulation);
          send(simulation, node, LogsRequest.newBuilder().setLimitBytes(7));
          assertThat(text()).isEqualTo("started");
        });
  }

  @Test
  void theInstanceBefore() {
    Simulation.run(
        1,
        simulation -> {
          LogFixture node = new LogFixture(simulation);
          Status none = send(simulation, node, LogsRequest.newBuilder().setPrevious(true));
          assertThat(none.getCode()).isEqualTo(Code.NOT_FOUND_VALUE);
          assertThat(none.getMessage())
              .isEqualTo("previous terminated container \"web\" in pod \"a\" not found");
          node.crash();
          send(simulation, node, LogsRequest.newBuilder().setPrevious(true).setTailLines(1));
          assertThat(text()).isEqualTo("ended with code 9\n");
        });
  }

  @Test
  void followingGoesOnOverARestartAndEndsWithThePod() {
    Simulation.run(
        1,
        simulation -> {
          LogFixture node = new LogFixture(simulation);
          Status[] end = new Status[1];
          simulation
              .seam()
              .threads()
              .start(
                  "follower",
                  () -> {
                    try {
                      end[0] = send(simulation, node, LogsRequest.newBuilder().setFollow(true));
                    } catch (InterruptedException e) {
                      return; // The simulation is over.
                    }
                  });
          node.crash();
          simulation.eventually(
              "both are sent", Duration.ofSeconds(5), () -> text().lines().count() == 3);
          assertThat(text().lines())
              .containsExactly(
                  "started localhost/capstan/hello:1 as a",
                  "ended with code 9",
                  "started localhost/capstan/hello:1 as a");
          node.delete();
          simulation.eventually("it ended", Duration.ofSeconds(20), () -> end[0] != null);
          assertThat(end[0].getCode()).isEqualTo(Code.OK_VALUE);
        });
  }

  @Test
  void aContainerThatHasNotStartedIsSaidToBeWaiting() {
    Simulation.run(
        1,
        simulation -> {
          LogFixture node = new LogFixture(simulation, "localhost/none:missing");
          Status status = send(simulation, node, LogsRequest.newBuilder());
          assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION_VALUE);
          assertThat(status.getMessage())
              .isEqualTo("container \"web\" in pod \"a\" is waiting to start: ErrImagePull");
        });
  }
}
