package dev.capstan.kubelet.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.LogPosition;
import dev.capstan.api.v1.LogsRequest;
import dev.capstan.kubelet.pod.LogFixture;
import dev.capstan.seam.sim.Simulation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a session sends of a container's log. */
class LogSessionTest {

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  private final List<LogPosition> places = new ArrayList<>();
  private int wanted = Integer.MAX_VALUE;

  private Status send(Simulation simulation, LogFixture node, LogsRequest.Builder request)
      throws InterruptedException {
    return new LogSession(
            node.manager(),
            node.engine(),
            simulation.seam().clock(),
            request.build(),
            node.podUid(),
            (bytes, place) -> {
              sent.writeBytes(bytes);
              places.add(place);
              return wanted-- > 0;
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
  void goingOnAfterAPlaceNeitherRepeatsNorLeavesOut() {
    for (int cut = 0; cut <= 3; cut++) {
      int pieces = cut;
      Simulation.run(
          1,
          simulation -> {
            sent.reset();
            places.clear();
            wanted = pieces;
            LogFixture node = new LogFixture(simulation);
            Thread before = follow(simulation, node, LogsRequest.newBuilder());
            node.crash();
            // The first piece is empty: the place before everything.
            simulation.eventually(
                "what was wanted came", Duration.ofSeconds(5), () -> places.size() == pieces + 1);
            before.interrupt();
            wanted = Integer.MAX_VALUE;
            follow(simulation, node, LogsRequest.newBuilder().setAfter(places.getLast()));
            simulation.eventually(
                "the rest came", Duration.ofSeconds(5), () -> text().lines().count() == 3);
            simulation.seam().clock().sleep(Duration.ofSeconds(5));
            assertThat(text().lines())
                .containsExactly(
                    "started localhost/capstan/hello:1 as a",
                    "ended with code 9",
                    "started localhost/capstan/hello:1 as a");
          });
    }
  }

  @Test
  void theLastAttemptIsSentAlthoughThePodIsOverByThen() {
    Simulation.run(
        1,
        simulation -> {
          LogFixture node = new LogFixture(simulation);
          send(simulation, node, LogsRequest.newBuilder());
          LogPosition place = places.getLast();
          node.crash();
          node.delete();
          sent.reset();
          Status end =
              send(simulation, node, LogsRequest.newBuilder().setFollow(true).setAfter(place));
          assertThat(end.getCode()).isEqualTo(Code.OK_VALUE);
          assertThat(text()).startsWith("ended with code 9\nstarted ");
        });
  }

  @Test
  void tailOfNothingIsAPlaceToGoOnFrom() {
    Simulation.run(
        1,
        simulation -> {
          LogFixture node = new LogFixture(simulation);
          wanted = 0;
          send(simulation, node, LogsRequest.newBuilder().setFollow(true).setTailLines(0));
          assertThat(text()).isEmpty();
          LogPosition place = places.getLast();
          wanted = Integer.MAX_VALUE;
          simulation.seam().clock().sleep(Duration.ofSeconds(1));
          node.crash();
          follow(simulation, node, LogsRequest.newBuilder().setAfter(place));
          simulation.eventually("it goes on", Duration.ofSeconds(5), () -> !text().isEmpty());
          assertThat(text()).startsWith("ended with code 9\n");
        });
  }

  @Test
  void timesAreOf64Bits() {
    Simulation.run(
        1,
        simulation -> {
          LogFixture node = new LogFixture(simulation);
          for (String time : List.of("2038-01-19T03:14:08Z", "2106-02-07T06:28:16Z")) {
            send(
                simulation,
                node,
                LogsRequest.newBuilder().setSinceTime(ApiTimes.of(Instant.parse(time))));
            assertThat(text()).isEmpty();
          }
          send(simulation, node, LogsRequest.newBuilder().setSinceSeconds(Long.MAX_VALUE));
          assertThat(text()).startsWith("started ");
        });
  }

  @Test
  void timestampsHaveNanoseconds() {
    Simulation.run(
        1,
        simulation -> {
          LogFixture node = new LogFixture(simulation);
          send(simulation, node, LogsRequest.newBuilder().setTimestamps(true));
          assertThat(text())
              .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z started .*\n");
        });
  }

  private Thread follow(Simulation simulation, LogFixture node, LogsRequest.Builder request) {
    return simulation
        .seam()
        .threads()
        .start(
            "follower",
            () -> {
              try {
                send(simulation, node, request.setFollow(true));
              } catch (InterruptedException e) {
                return; // Cut off, or the simulation is over.
              }
            });
  }

  @Test
  void aContainerThatSomebodyRemovedIsSaidToBeGone() {
    for (boolean follow : List.of(false, true)) {
      Simulation.run(
          1,
          simulation -> {
            LogFixture node = LogFixture.removed(simulation);
            Status status = send(simulation, node, LogsRequest.newBuilder().setFollow(follow));
            assertThat(status.getCode()).isEqualTo(Code.NOT_FOUND_VALUE);
            assertThat(status.getMessage())
                .isEqualTo(
                    "the log of container \"web\" in pod \"a\" is gone: somebody has removed the"
                        + " container from the engine");
          });
    }
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
