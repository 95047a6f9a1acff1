package dev.capstan.kvstore.etcd;

import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.KvStore.WatchEnd;
import dev.capstan.kvstore.KvStore.WatchListener;
import dev.capstan.kvstore.StoreException;
import dev.capstan.seam.Seam;
import io.etcd.jetcd.api.WatchResponse;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch that survives its streams.
 *
 * <p>jetcd's own was seen to skip events: on "created" it moves its resume revision to the store's,
 * so a stream that breaks before its backlog arrived is resumed past it; it dies on an UNAVAILABLE
 * without a description; it reports every transient failure as an error. Here the position is ours
 * and moves only over whole revisions that were delivered and over progress the server vouched for.
 * Each stream starts <em>at</em> the position and what is at or below it is left out: so etcd
 * refuses a start exactly when the position's own state is compacted.
 */
final class EtcdWatch implements KvStore.Watch {

  private static final Logger log = LoggerFactory.getLogger(EtcdWatch.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** A request for progress is dropped by a member that is not in step: it is repeated. */
  private static final Duration ASK_AGAIN = Duration.ofMillis(50);

  private final EtcdChannels channels;
  private final Seam seam;
  private final String prefix;
  private final WatchListener listener;
  private final EtcdRevisions revisions;
  private final Consumer<EtcdWatch> onEnd;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable WatchStream stream;
  private boolean closed;
  private long target;

  /** Everything up to here was delivered. Only the watch's thread touches it. */
  private long position;

  /**
   * @param onEnd told when it is over, before the listener
   */
  EtcdWatch(
      EtcdChannels channels,
      Seam seam,
      String prefix,
      long afterRevision,
      WatchListener listener,
      EtcdRevisions revisions,
      Consumer<EtcdWatch> onEnd) {
    this.channels = channels;
    this.seam = seam;
    this.prefix = prefix;
    this.position = afterRevision;
    this.listener = listener;
    this.revisions = revisions;
    this.onEnd = onEnd;
  }

  void start() {
    seam.threads().start("watch " + prefix, this::run);
  }

  /**
   * The present revision is the highest any reply named: a member may lag behind the one that gave
   * it.
   */
  @Override
  public void requestProgress() {
    long seen = Math.max(1, revisions.highestSeen());
    change(() -> target = Math.max(target, seen));
  }

  @Override
  public void close() {
    change(() -> closed = true);
  }

  private void change(Runnable what) {
    lock.lock();
    try {
      what.run();
      changed.signalAll();
      if (stream != null) {
        stream.wake();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    WatchEnd end = new WatchEnd.Closed();
    try {
      end = follow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("watch of {} after {} ends", prefix, position, e);
    }
    onEnd.accept(this);
    listener.onEnd(end);
  }

  private WatchEnd follow() throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    while (true) {
      long opened = seam.clock().nanoTime();
      Session session = new Session();
      WatchEnd end = session.run();
      if (end != null) {
        return end;
      }
      boolean lasted = seam.clock().nanoTime() - opened > LONGEST_PAUSE.toNanos();
      pause = lasted ? FIRST_PAUSE : longer(pause);
      log.info("watch of {} resumes after {}: {}", prefix, position, session.why);
      if (pausedUntilClosed(pause)) {
        return new WatchEnd.Closed();
      }
      channels.reconnect();
    }
  }

  private static Duration longer(Duration pause) {
    Duration twice = pause.multipliedBy(2);
    return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  /** Pauses, half of it by chance; true if closed meanwhile. */
  private boolean pausedUntilClosed(Duration pause) throws InterruptedException {
    long nanos = pause.toNanos();
    long deadline =
        seam.clock().deadline(Duration.ofNanos(nanos / 2 + seam.random().nextLong(nanos / 2)));
    lock.lock();
    try {
      while (!closed && seam.clock().awaitUntil(lock, changed, deadline)) {
        // Woken for something else: wait on.
      }
      return closed;
    } finally {
      lock.unlock();
    }
  }

  /** One stream, from its opening to its end. */
  private final class Session {
    final WatchStream own = new WatchStream(seam.clock());
    final RevisionAssembler assembler = new RevisionAssembler(position);
    boolean created;
    String why = "";
    long nextAsk = seam.clock().nanoTime();

    /** Why the watch is over; null if it goes on with another stream. */
    @Nullable WatchEnd run() throws InterruptedException {
      use(own);
      try {
        own.open(channels.any(), prefix, Math.max(1, position));
        while (true) {
          if (isClosed()) {
            return new WatchEnd.Closed();
          }
          switch (own.next(askForProgress())) {
            case WatchStream.Item.Nothing() -> {}
            case WatchStream.Item.Broken(String text) -> {
              why = text;
              return null;
            }
            case WatchStream.Item.Response(WatchResponse response) -> {
              WatchEnd end = take(response);
              if (end != null || response.getCanceled()) {
                return end;
              }
            }
          }
        }
      } catch (StoreException e) {
        why = String.valueOf(e.getMessage());
        return null;
      } finally {
        use(null);
        own.cancel();
      }
    }

    private @Nullable WatchEnd take(WatchResponse response) {
      if (response.getCanceled()) {
        why = "cancelled by the server: " + response.getCancelReason();
        return response.getCompactRevision() > 0
            ? new WatchEnd.Compacted(response.getCompactRevision())
            : null;
      }
      if (response.getCreated()) {
        created = true;
        return beyondTheStore(response.getHeader().getRevision());
      }
      for (RevisionAssembler.Revision revision : assembler.add(response)) {
        if (isClosed()) {
          return new WatchEnd.Closed();
        }
        position = revision.revision();
        listener.onRevision(position, revision.changes());
      }
      if (response.getEventsCount() == 0 && !assembler.isMidway()) {
        progress(response.getHeader().getRevision());
      }
      return null;
    }

    /**
     * The member may only lag: the cluster itself is asked before a position is called the future.
     */
    private @Nullable WatchEnd beyondTheStore(long membersRevision) {
      if (position <= membersRevision) {
        return null;
      }
      long head = revisions.head();
      return position > head ? new WatchEnd.Future(head) : null;
    }

    private void progress(long revision) {
      if (revision > position) {
        position = revision;
        listener.onProgress(position);
      }
    }

    /** Answers or sends a request for progress that is due; returns when to look again, or null. */
    private @Nullable Long askForProgress() {
      long wanted = target();
      if (wanted == 0) {
        return null;
      }
      if (position >= wanted) {
        reached(wanted);
        listener.onProgress(position);
        return null;
      }
      long now = seam.clock().nanoTime();
      if (created && now - nextAsk >= 0) {
        own.requestProgress();
        nextAsk = now + ASK_AGAIN.toNanos();
      }
      return now + ASK_AGAIN.toNanos();
    }
  }

  private void use(@Nullable WatchStream now) {
    lock.lock();
    try {
      stream = now;
    } finally {
      lock.unlock();
    }
  }

  private boolean isClosed() {
    lock.lock();
    try {
      return closed;
    } finally {
      lock.unlock();
    }
  }

  private long target() {
    lock.lock();
    try {
      return target;
    } finally {
      lock.unlock();
    }
  }

  private void reached(long revision) {
    lock.lock();
    try {
      target = target > revision ? target : 0;
    } finally {
      lock.unlock();
    }
  }
}
