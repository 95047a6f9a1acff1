package dev.capstan.ctl.verb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.ListMeta;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodList;
import dev.capstan.ctl.testing.CommandTry;
import dev.capstan.ctl.testing.CommandTry.Outcome;
import dev.capstan.ctl.testing.HastyClock;
import dev.capstan.ctl.testing.RawApi;
import dev.capstan.seam.Clock;
import dev.capstan.seam.Seam;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers that accept a call and say nothing, against --request-timeout. */
class SilentServerTest {

  @TempDir Path home;

  /** Answers these methods and no other. */
  private static final class Silent extends RawApi {
    private final List<String> answered;

    Silent(String... answered) {
      this.answered = List.of(answered);
    }

    @Override
    protected void answer(String method, ServerCall<byte[], byte[]> call) {
      if (answered.contains(method)) {
        PodList.Builder list =
            PodList.newBuilder().setMetadata(ListMeta.newBuilder().setResourceVersion("7"));
        Pod.Builder pod = Pod.newBuilder().setMetadata(ObjectMeta.newBuilder().setName("web"));
        pod.getSpecBuilder().addContainersBuilder().setName("web");
        list.addItems(pod);
        call.sendMessage(list.build().toByteArray());
        call.close(Status.OK, new Metadata());
      }
    }
  }

  private Outcome run(Silent api, String... words) throws IOException {
    return run(api, new HastyClock(), words);
  }

  private Outcome run(Silent api, Clock clock, String... words) throws IOException {
    try (CommandTry there = new CommandTry(api, clock, home)) {
      return there.run("", words);
    }
  }

  /** As kubectl: a request without an answer is an error. The deadline of a call is gRPC's own. */
  @Test
  void aListThatIsNotAnsweredFails() throws IOException {
    for (String watch : new String[] {"--watch=false", "-w"}) {
      Outcome outcome =
          run(
              new Silent(),
              Seam.system().clock(),
              "get",
              "pods",
              watch,
              "--request-timeout=50ms",
              "-s",
              "a:1");
      assertThat(outcome.err())
          .isEqualTo("Unable to connect to the server: a:1 did not answer in time\n");
      assertThat(outcome.out()).isEmpty();
      assertThat(outcome.code()).isEqualTo(1);
    }
  }

  @Test
  void aRolloutThatIsNotToldOfFails() throws IOException {
    Outcome outcome =
        run(
            new Silent(),
            "rollout",
            "status",
            "deployment/web",
            "--request-timeout=3s",
            "-s",
            "a:1");
    assertThat(outcome.err())
        .isEqualTo("Unable to connect to the server: a:1 did not answer in time\n");
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.code()).isEqualTo(1);
  }

  /** As kubectl: a watch whose time is over has done what it was asked. */
  @Test
  void aWatchInWhichNothingHappensEnds() throws IOException {
    Silent api = new Silent("capstan.v1.Pods/List");
    Outcome outcome = run(api, "get", "pods", "-w", "-o", "name", "--request-timeout=3s");
    assertThat(outcome.out()).isEqualTo("pod/web\n");
    assertThat(outcome.err()).isEmpty();
    assertThat(outcome.code()).isZero();
  }

  /** What is cut is no log. */
  @Test
  void aLogThatIsNotAnsweredFailsUnlessItIsFollowed() throws IOException {
    Silent api = new Silent("capstan.v1.Pods/List");
    Outcome whole = run(api, "logs", "-l", "a=b", "--request-timeout=3s");
    assertThat(whole.err()).contains("did not answer in time");
    assertThat(whole.code()).isEqualTo(1);
    Outcome followed = run(api, "logs", "-f", "-l", "a=b", "--request-timeout=3s");
    assertThat(followed.err()).isEmpty();
    assertThat(followed.code()).isZero();
  }
}
