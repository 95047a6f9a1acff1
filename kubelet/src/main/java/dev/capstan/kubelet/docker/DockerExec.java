package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import dev.capstan.kubelet.runtime.ExecResult;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import dev.capstan.seam.Seam;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Commands in containers. */
final class DockerExec {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
  private static final int MAX_OUTPUT = 10 * 1024;

  private final DockerCalls calls;
  private final Seam seam;

  DockerExec(DockerCalls calls, Seam seam) {
    this.calls = calls;
    this.seam = seam;
  }

  ExecResult run(String container, List<String> command, Duration timeout)
      throws RuntimeFault, InterruptedException {
    String id =
        calls.call(
            "exec create",
            LIMIT,
            client ->
                client
                    .execCreateCmd(container)
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .withCmd(command.toArray(new String[0]))
                    .exec()
                    .getId(),
            DockerExec::classify);
    long deadline = seam.clock().deadline(timeout);
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    DockerStream<Frame> stream = new DockerStream<>(() -> {}, frame -> append(output, frame));
    calls.streams().execStartCmd(id).exec(stream);
    boolean ended = stream.await(seam, timeout);
    if (!ended) {
      return new ExecResult(0, text(output), true);
    }
    Throwable error = stream.error();
    if (error != null) {
      throw DockerErrors.general(error);
    }
    return result(id, deadline, output);
  }

  /** The streams end a little before the engine knows the exit code; until then it says 126. */
  private ExecResult result(String id, long deadline, ByteArrayOutputStream output)
      throws RuntimeFault, InterruptedException {
    while (true) {
      InspectExecResponse exec =
          calls.call("exec inspect", LIMIT, client -> client.inspectExecCmd(id).exec());
      if (!exec.isRunning()) {
        return new ExecResult(exitCode(exec), text(output), false);
      }
      if (seam.clock().nanoTime() - deadline > 0) {
        return new ExecResult(0, text(output), true);
      }
      seam.clock().sleep(LOOK_AGAIN);
    }
  }

  /** A command that never began has none, and has not succeeded. */
  private static int exitCode(InspectExecResponse exec) throws RuntimeFault {
    Long code = exec.getExitCodeLong();
    if (code == null) {
      throw new RuntimeFault(Kind.FAILED, "the engine does not say how the command ended");
    }
    return code.intValue();
  }

  private static RuntimeFault classify(Throwable error) {
    return error instanceof NotFoundException || error instanceof ConflictException
        ? new RuntimeFault(Kind.GONE, DockerErrors.words(error), error)
        : DockerErrors.general(error);
  }

  private static void append(ByteArrayOutputStream output, Frame frame) {
    byte[] bytes = frame.getPayload();
    int room = MAX_OUTPUT - output.size();
    if (room > 0) {
      output.write(bytes, 0, Math.min(room, bytes.length));
    }
  }

  private static String text(ByteArrayOutputStream output) {
    return output.toString(StandardCharsets.UTF_8).strip();
  }
}
