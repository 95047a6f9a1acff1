package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import dev.capstan.kubelet.runtime.LogQuery;
import dev.capstan.kubelet.runtime.LogSink;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
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
            .withTimestamps(true);
    if (query.tailLines() == null) {
      command.withTailAll();
    } else {
      command.withTail((int) Math.min(query.tailLines(), Integer.MAX_VALUE));
    }
    Instant since = query.since() == null ? Instant.MIN : query.since();
    if (since.getEpochSecond() > 0) {
      // In whole seconds of 31 bits: what comes before the exact time is left out here.
      command.withSince((int) Math.min(since.getEpochSecond(), Integer.MAX_VALUE));
    }
    Reading reading = new Reading(since, sink);
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

  /**
   * Hands frames to the sink on docker-java's thread; a sink that blocks slows the engine down. The
   * engine puts "TIME " before each.
   */
  private static final class Reading {
    private final Instant since;
    private final LogSink sink;
    private @Nullable DockerStream<Frame> stream;

    Reading(Instant since, LogSink sink) {
      this.since = since;
      this.sink = sink;
    }

    void take(Frame frame) {
      boolean more;
      try {
        more = pass(frame.getPayload());
      } catch (InterruptedException e) {
        more = false;
      }
      if (!more && stream != null) {
        stream.close();
      }
    }

    private boolean pass(byte[] bytes) throws InterruptedException {
      int blank = 0;
      while (blank < bytes.length && bytes[blank] != ' ') {
        blank++;
      }
      if (blank == bytes.length) {
        throw new IllegalStateException("the engine sent a piece of log without its time");
      }
      Instant time = Instant.parse(new String(bytes, 0, blank, StandardCharsets.US_ASCII));
      return time.isBefore(since)
          || sink.write(time, Arrays.copyOfRange(bytes, blank + 1, bytes.length));
    }
  }
}
