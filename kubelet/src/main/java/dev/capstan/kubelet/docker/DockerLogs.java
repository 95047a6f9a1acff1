package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import dev.capstan.kubelet.runtime.LogQuery;
import dev.capstan.kubelet.runtime.LogSink;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import org.jspecify.annotations.Nullable;

/** Logs of containers: the engine sends frames of both output streams. */
final class DockerLogs {

  private final DockerCalls calls;

  DockerLogs(DockerCalls calls) {
    this.calls = calls;
  }

  void read(String container, LogQuery query, LogSink sink)
      throws RuntimeFault, InterruptedException {
    LogContainerCmd command =
        calls
            .streams()
            .logContainerCmd(container)
            .withStdOut(true)
            .withStdErr(true)
            .withFollowStream(query.follow())
            .withTimestamps(query.timestamps());
    if (query.tailLines() == null) {
      command.withTailAll();
    } else {
      command.withTail((int) Math.min(query.tailLines(), Integer.MAX_VALUE));
    }
    if (query.since() != null) {
      command.withSince((int) query.since().getEpochSecond());
    }
    Reading reading = new Reading(sink);
    DockerStream<Frame> stream = new DockerStream<>(() -> {}, reading::take);
    reading.stream = stream;
    command.exec(stream);
    Throwable error = stream.await();
    if (error instanceof NotFoundException) {
      throw new RuntimeFault(Kind.GONE, DockerErrors.words(error), error);
    }
    if (error != null) {
      throw DockerErrors.general(error);
    }
  }

  /** Hands frames to the sink on docker-java's thread; a sink that blocks slows the engine down. */
  private static final class Reading {
    private final LogSink sink;
    private @Nullable DockerStream<Frame> stream;

    Reading(LogSink sink) {
      this.sink = sink;
    }

    void take(Frame frame) {
      boolean more;
      try {
        more = sink.write(frame.getPayload());
      } catch (InterruptedException e) {
        more = false;
      }
      if (!more && stream != null) {
        stream.close();
      }
    }
  }
}
