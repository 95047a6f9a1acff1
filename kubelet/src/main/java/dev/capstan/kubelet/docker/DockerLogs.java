package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.command.LogContainerCmd;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Frame;
import dev.capstan.kubelet.runtime.LogQuery;
import dev.capstan.kubelet.runtime.LogSink;
import dev.capstan.kubelet.runtime.RuntimeFault;
import dev.capstan.kubelet.runtime.RuntimeFault.Kind;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Logs of containers: the engine sends frames of both output streams.
 *
 * <p>The engine's own following is not trusted with the lines: it skips whole files, without a
 * word, when a log is rotated twice while somebody reads slower than the container writes. It only
 * tells that there is something new. The lines are asked for from the end, as many as it takes to
 * find the last one that was sent; the engine keeps the files of such a read until it is over.
 */
final class DockerLogs {

  private static final int ALL = -1;

  /** So many of the last pieces are asked for until the last one sent is among them. */
  private static final List<Integer> ASKED = List.of(100, 5_000, 100_000, ALL);

  /** How soon it is asked again when there is always something new. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** How long the engine's word that there is something new is relied upon. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  private final DockerCalls calls;
  private final Seam seam;

  DockerLogs(DockerCalls calls, Seam seam) {
    this.calls = calls;
    this.seam = seam;
  }

  void read(String container, LogQuery query, LogSink sink)
      throws RuntimeFault, InterruptedException {
    LogReading reading = new LogReading(query.since(), sink);
    boolean none = query.tailLines() != null && query.tailLines() == 0;
    if (none) {
      reading.onlyLook();
    }
    if (!none || query.follow()) {
      int lines = query.tailLines() == null ? ALL : Math.clamp(query.tailLines(), 1, 1_000_000_000);
      pass(container, lines, query.since(), reading.first()::take);
    }
    if (query.follow() && query.tailLines() != null) {
      count(container, reading);
    }
    boolean more = query.follow();
    while (more && reading.wanted()) {
      more = follow(container, reading);
      seam.clock().sleep(PAUSE);
    }
  }

  /** The last lines may have begun between pieces of one time, such as the parts of a long line. */
  private void count(String container, LogReading reading)
      throws RuntimeFault, InterruptedException {
    for (int lines : ASKED) {
      if (reading.isCounted() || !reading.wanted()) {
        return;
      }
      LogReading.Count count = reading.count();
      pass(container, lines, null, count::take);
      count.done(lines == ALL);
    }
  }

  /** Sends what is new and waits until there may be more; false once the container has ended. */
  private boolean follow(String container, LogReading reading)
      throws RuntimeFault, InterruptedException {
    Signal signal = new Signal();
    command(container, 0).withFollowStream(true).exec(signal.stream);
    try {
      catchUp(container, reading); // From now on the signal tells.
      if (!reading.wanted() || !signal.stream.await(seam, LOOK_AGAIN)) {
        return reading.wanted();
      }
    } finally {
      signal.stream.close();
    }
    check(signal.stream.error());
    catchUp(container, reading);
    return false;
  }

  private void catchUp(String container, LogReading reading)
      throws RuntimeFault, InterruptedException {
    for (int lines : ASKED) {
      LogReading.Pass pass = reading.next(lines == ALL);
      pass(container, lines, null, pass::take);
      if (pass.found() || pass.isEmpty()) {
        return;
      }
    }
    // The last one that was sent is not kept any more, nor perhaps what came after it.
    pass(container, ALL, null, reading.afterGap()::take);
  }

  private void pass(String container, int lines, @Nullable Instant since, LogFrames.Taker taker)
      throws RuntimeFault, InterruptedException {
    LogContainerCmd command = command(container, lines).withTimestamps(true);
    if (since != null && since.getEpochSecond() > 0) {
      // In whole seconds of 31 bits: what comes before the exact time is left out here.
      command.withSince((int) Math.min(since.getEpochSecond(), Integer.MAX_VALUE));
    }
    Frames frames = new Frames(taker);
    command.exec(frames.stream);
    check(frames.stream.await());
    frames.frames.end();
  }

  private LogContainerCmd command(String container, int lines)
      throws RuntimeFault, InterruptedException {
    LogContainerCmd command =
        calls.streams().logContainerCmd(container).withStdOut(true).withStdErr(true);
    return lines == ALL ? command.withTailAll() : command.withTail(lines);
  }

  private static void check(@Nullable Throwable error) throws RuntimeFault {
    if (error instanceof NotFoundException) {
      throw new RuntimeFault(Kind.GONE, DockerErrors.words(error), error);
    }
    if (error != null) {
      throw DockerErrors.general(error);
    }
  }

  /** Is over as soon as the engine sends anything. */
  private static final class Signal {
    private final DockerStream<Frame> stream = new DockerStream<>(() -> {}, frame -> stop());

    private void stop() {
      stream.close();
    }
  }

  /** Hands pieces on, on docker-java's thread. */
  private static final class Frames {
    private final LogFrames frames;
    private final DockerStream<Frame> stream = new DockerStream<>(() -> {}, this::take);

    Frames(LogFrames.Taker taker) {
      this.frames = new LogFrames(taker);
    }

    private void take(Frame frame) {
      boolean more;
      try {
        more = frames.add(frame);
      } catch (InterruptedException e) {
        more = false;
      }
      if (!more) {
        stream.close();
      }
    }
  }
}
