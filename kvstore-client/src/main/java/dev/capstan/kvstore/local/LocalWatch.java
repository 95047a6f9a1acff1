package dev.capstan.kvstore.local;

import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.KvStore.Change;
import dev.capstan.kvstore.KvStore.WatchEnd;
import dev.capstan.kvstore.KvStore.WatchListener;
import dev.capstan.seam.Threads;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A watch over a {@link ChangeLog}, on a virtual thread of its own. */
public final class LocalWatch implements KvStore.Watch {

  private static final Logger log = LoggerFactory.getLogger(LocalWatch.class);

  private final String prefix;
  private final WatchListener listener;
  private final ChangeLog changes;
  private final ChangeLog.Archive archive;
  private final long headAtStart;
  private volatile boolean closed;
  private final AtomicBoolean progressAsked = new AtomicBoolean();
  // Only the watch's thread touches these.
  private long position;
  private long told;

  private LocalWatch(
      String prefix,
      long afterRevision,
      WatchListener listener,
      ChangeLog changes,
      ChangeLog.Archive archive) {
    this.prefix = prefix;
    this.position = afterRevision;
    this.told = afterRevision;
    this.listener = listener;
    this.changes = changes;
    this.archive = archive;
    this.headAtStart = changes.head();
  }

  /** Starts a watch of everything under {@code prefix} after {@code afterRevision}. */
  public static LocalWatch start(
      String prefix,
      long afterRevision,
      WatchListener listener,
      ChangeLog changes,
      ChangeLog.Archive archive,
      Threads threads) {
    LocalWatch watch = new LocalWatch(prefix, afterRevision, listener, changes, archive);
    threads.start("watch " + prefix, watch::run);
    return watch;
  }

  @Override
  public void requestProgress() {
    progressAsked.set(true);
    changes.wake();
  }

  @Override
  public void close() {
    closed = true;
    changes.wake();
  }

  private void run() {
    WatchEnd end = new WatchEnd.Closed();
    try {
      end = position > headAtStart ? new WatchEnd.Future(headAtStart) : follow();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.error("watch of {} after {} ends", prefix, position, e);
    }
    listener.onEnd(end);
  }

  private WatchEnd follow() throws InterruptedException {
    while (true) {
      // Taken back where it is seen that the watch has caught up: a request that comes later is
      // about a later head, and is answered anew.
      switch (changes.await(position, () -> closed, () -> progressAsked.getAndSet(false))) {
        case ChangeLog.Step.Deliver(List<ChangeLog.Revision> revisions) -> deliver(revisions);
        case ChangeLog.Step.Load(long upTo) -> deliver(archive.read(position, upTo));
        case ChangeLog.Step.CaughtUp() -> progress();
        case ChangeLog.Step.Compacted(long revision) -> {
          return new WatchEnd.Compacted(revision);
        }
        case ChangeLog.Step.Closed() -> {
          return new WatchEnd.Closed();
        }
      }
    }
  }

  private void deliver(List<ChangeLog.Revision> revisions) {
    for (ChangeLog.Revision revision : revisions) {
      if (closed) {
        return;
      }
      List<Change> ours =
          revision.changes().stream().filter(c -> c.key().startsWith(prefix)).toList();
      position = revision.revision();
      if (!ours.isEmpty()) {
        told = position;
        listener.onRevision(position, ours);
      }
    }
    if (told < position) {
      progress();
    }
  }

  private void progress() {
    told = position;
    listener.onProgress(position);
  }
}
