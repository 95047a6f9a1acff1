package dev.capstan.ctl.verb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.v1.ListMeta;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodList;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.ctl.testing.CommandTry;
import dev.capstan.ctl.testing.CommandTry.Outcome;
import dev.capstan.ctl.testing.HastyClock;
import dev.capstan.ctl.testing.RawApi;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches that the server forgets: what it cannot tell any more is found by a list. */
class CompactionTest {

  @TempDir Path home;

  private static Pod pod(String name, String uid, String version) {
    return Pod.newBuilder()
        .setMetadata(
            ObjectMeta.newBuilder()
                .setName(name)
                .setNamespace("default")
                .setUid(uid)
                .setResourceVersion(version))
        .build();
  }

  private static PodList list(String version, Pod... pods) {
    return PodList.newBuilder()
        .setMetadata(ListMeta.newBuilder().setResourceVersion(version))
        .addAllItems(List.of(pods))
        .build();
  }

  private static WatchFrame frame(String version, String type, Pod pod) {
    return WatchFrame.newBuilder()
        .setResourceVersion(version)
        .addEvents(
            WatchEvent.newBuilder().setType(type).setKind("Pod").setObject(pod.toByteString()))
        .build();
  }

  private static void forget(ServerCall<byte[], byte[]> call) {
    StatusRuntimeException compacted = ApiErrors.compacted("5", "9");
    Metadata trailers = compacted.getTrailers();
    call.close(compacted.getStatus(), trailers == null ? new Metadata() : trailers);
  }

  /** Is told of one change, then forgets; while nobody watches, everything else happens. */
  private static final class Forgetful extends RawApi {
    private int lists;
    private int watches;

    @Override
    protected void answer(String method, ServerCall<byte[], byte[]> call) {
      if (method.endsWith("/List")) {
        PodList before =
            list("4", pod("stays", "1", "1"), pod("goes", "2", "2"), pod("replaced", "3", "3"));
        PodList after =
            list(
                "9",
                pod("changes", "5", "8"),
                pod("new", "6", "7"),
                pod("replaced", "4", "9"),
                pod("stays", "1", "1"));
        call.sendMessage((lists++ == 0 ? before : after).toByteArray());
        call.close(Status.OK, new Metadata());
        return;
      }
      switch (watches++) {
        case 0 -> {
          call.sendMessage(frame("5", "ADDED", pod("changes", "5", "5")).toByteArray());
          forget(call);
        }
        case 1 -> {
          call.sendMessage(frame("10", "MODIFIED", pod("stays", "1", "10")).toByteArray());
        }
        default -> throw new IllegalStateException("a third watch");
      }
    }
  }

  @Test
  void whatHappenedMeanwhileIsTold() throws IOException {
    try (CommandTry there = new CommandTry(new Forgetful(), new HastyClock(), home)) {
      Outcome outcome =
          there.run(
              "",
              "get",
              "pods",
              "--watch-only",
              "--output-watch-events",
              "--request-timeout=3s",
              "--no-headers");
      assertThat(outcome.out().lines().map(l -> l.replaceAll(" +", " ").split(" 0/0")[0]))
          .containsExactly(
              "ADDED changes",
              "MODIFIED changes",
              "ADDED new",
              "ADDED replaced",
              "DELETED goes",
              "DELETED replaced",
              "MODIFIED stays");
      assertThat(outcome.err()).isEmpty();
      assertThat(outcome.code()).isZero();
    }
  }

  /** Forgets at once, always. */
  private static final class Senile extends RawApi {
    private int lists;

    @Override
    protected void answer(String method, ServerCall<byte[], byte[]> call) {
      if (method.endsWith("/List")) {
        lists++;
        call.sendMessage(list("4").toByteArray());
        call.close(Status.OK, new Metadata());
      } else {
        forget(call);
      }
    }
  }

  @Test
  void aServerThatForgetsAtOnceIsAskedOnceASecond() throws IOException {
    Senile api = new Senile();
    try (CommandTry there = new CommandTry(api, new HastyClock(), home)) {
      Outcome outcome = there.run("", "get", "pods", "-w", "--request-timeout=10s");
      assertThat(outcome.code()).isZero();
    }
    assertThat(api.lists).isEqualTo(11);
  }
}
