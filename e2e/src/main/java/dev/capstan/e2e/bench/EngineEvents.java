package dev.capstan.e2e.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import dev.capstan.seam.Seam;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the engine tells of containers that start and end, whoever starts them: the same ruler for
 * every orchestrator. A moment is that of the event's arrival here.
 */
final class EngineEvents implements AutoCloseable {

  /** A container has started, or ended. */
  record Moment(boolean started, String image, long nanos) {}

  private final Seam seam;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Moment> moments = new ArrayList<>();
  private final ResultCallback.Adapter<Event> stream;
  private @Nullable Throwable broken;

  /** Listens from now on. */
  EngineEvents(DockerClient client, Seam seam) throws InterruptedException {
    this.seam = seam;
    this.stream =
        client
            .eventsCmd()
            .withEventTypeFilter(EventType.CONTAINER)
            .withEventFilter("start", "die")
            .exec(new Listener());
    stream.awaitStarted();
  }

  private final class Listener extends ResultCallback.Adapter<Event> {
    @Override
    public void onNext(Event event) {
      long now = seam.clock().nanoTime();
      Map<String, String> attributes =
          event.getActor() == null || event.getActor().getAttributes() == null
              ? Map.of()
              : event.getActor().getAttributes();
      lock.lock();
      try {
        moments.add(
            new Moment(
                "start".equals(event.getAction()), attributes.getOrDefault("image", ""), now));
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onError(Throwable problem) {
      lock.lock();
      try {
        broken = problem;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
      super.onError(problem);
    }
  }

  /** How many moments there were so far: what comes later has a place from here on. */
  int mark() {
    lock.lock();
    try {
      return moments.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Blocks until so many containers of an image have started, or ended, since a mark.
   *
   * @return when the last of them did, on the clock's {@code nanoTime}
   * @throws BenchmarkException if it takes longer than {@code limit}
   */
  long await(int mark, boolean started, String image, int count, Duration limit)
      throws InterruptedException {
    long deadline = seam.clock().deadline(limit);
    lock.lockInterruptibly();
    try {
      while (true) {
        List<Moment> seen =
            moments.subList(mark, moments.size()).stream()
                .filter(moment -> moment.started() == started && moment.image().equals(image))
                .toList();
        if (seen.size() >= count) {
          return seen.get(count - 1).nanos();
        }
        if (broken != null) {
          throw new BenchmarkException("the engine's events broke: " + broken);
        }
        if (seam.clock().nanoTime() - deadline >= 0) {
          throw new BenchmarkException(
              "not within "
                  + limit.toSeconds()
                  + " s: "
                  + count
                  + " containers "
                  + (started ? "started" : "ended")
                  + ", were "
                  + seen.size());
        }
        seam.clock().awaitUntil(lock, changed, deadline);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    try {
      ((Closeable) stream).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
