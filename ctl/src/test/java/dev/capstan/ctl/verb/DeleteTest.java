package dev.capstan.ctl.verb;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.ctl.testing.CommandTry;
import dev.capstan.ctl.testing.CommandTry.Outcome;
import dev.capstan.ctl.testing.HastyClock;
import dev.capstan.ctl.testing.RawApi;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What makes {@code delete} believe that an object is gone. */
class DeleteTest {

  @TempDir Path home;

  /** Refuses to delete, and does not say what is there. */
  private static final class Terse extends RawApi {
    @Override
    protected void answer(String method, ServerCall<byte[], byte[]> call) {
      if (method.endsWith("/Get")) {
        ObjectMeta meta = ObjectMeta.newBuilder().setName("web").setUid("1").build();
        call.sendMessage(Pod.newBuilder().setMetadata(meta).build().toByteArray());
        call.close(Status.OK, new Metadata());
      } else {
        call.close(Status.ABORTED.withDescription("somebody was faster"), new Metadata());
      }
    }
  }

  @Test
  void aConflictThatDoesNotNameAnotherObjectIsNoDeletion() throws IOException {
    try (CommandTry there = new CommandTry(new Terse(), new HastyClock(), home)) {
      Outcome outcome = there.run("", "delete", "pod", "web", "--wait=false", "-s", "a:1");
      assertThat(outcome.out()).isEmpty();
      assertThat(outcome.err()).contains("somebody was faster");
      assertThat(outcome.code()).isEqualTo(1);
    }
  }
}
