package dev.capstan.apiserver.events;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.Event;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.cache.WatchCache;
import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.GroupListener;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.seam.Seam;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes events without ever making their reporter wait: a bounded queue, a few workers, and a group
 * commit of its own, so that a storm of events neither delays other writes nor grows memory. What
 * does not fit is dropped and counted.
 *
 * <p>Events are written at a pace. A thousand pods that start at once cause several thousand
 * events, which would cost more than the pods themselves at the very moment when everything else is
 * to be done; so most of them are written in the seconds after.
 */
public final class EventLane implements AutoCloseable {

  /** Most events kept. */
  public static final int MAX_EVENTS = 10_000;

  private static final Logger log = LoggerFactory.getLogger(EventLane.class);
  private static final int QUEUE = 10_000;
  private static final int WORKERS = 16;
  private static final int PER_SECOND = 500;
  private static final int BURST = 100;
  // Trimming makes room ahead of the limit, so that new events need not wait for it.
  private static final int TRIM_ABOVE = MAX_EVENTS - 1_000;
  private static final int TRIM_TO = MAX_EVENTS - 2_000;
  private static final Duration TRIM_PERIOD = Duration.ofSeconds(10);

  private final Seam seam;
  private final EventQueue queue = new EventQueue(QUEUE);
  private final GroupCommit commits;
  private final EventStore store;
  private final EventMetrics metrics;
  private final Pace pace;
  private volatile boolean closed;

  /**
   * @param cache where stored events are looked up
   */
  public EventLane(
      Seam seam,
      KvStore store,
      ValueCodec codec,
      KindRegistry kinds,
      WatchCache cache,
      EventMetrics metrics) {
    this.seam = seam;
    this.commits = new GroupCommit(store, codec, seam, GroupListener.NONE);
    this.store = new EventStore(seam, cache, commits, codec, kinds);
    this.metrics = metrics;
    this.pace = new Pace(seam.clock(), PER_SECOND, BURST);
  }

  /** Starts to write. */
  public void start() {
    for (int i = 0; i < WORKERS; i++) {
      seam.threads().start("event writer " + i, this::write);
    }
    seam.threads().start("event trimmer", this::trim);
  }

  /**
   * Takes a valid event; it is stored later, or lost.
   *
   * @return the event with its name, as it will be stored but for merging
   * @throws io.grpc.StatusRuntimeException RESOURCE_EXHAUSTED if it was dropped
   */
  public Event offer(Event event) {
    Event normal = EventMerge.normal(event, seam.clock().now());
    if (store.size() >= MAX_EVENTS || !queue.offer(normal)) {
      metrics.dropped();
      throw ApiErrors.exhausted("EventDropped", "too many events: this one was dropped");
    }
    return normal;
  }

  /** Events that wait to be written. */
  public int waiting() {
    return queue.size();
  }

  private void write() {
    try {
      for (Event event = queue.take(); event != null; event = queue.take()) {
        pace.await();
        if (tryWrite(event)) {
          metrics.stored();
        } else {
          metrics.dropped();
        }
        queue.done(event);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean tryWrite(Event event) throws InterruptedException {
    try {
      return store.write(event);
    } catch (StoreException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException(); // The store says it in its own words.
      }
      log.debug("an event is lost: {}", e.getMessage());
      return false;
    }
  }

  private void trim() {
    try {
      while (!closed) {
        seam.clock().sleep(TRIM_PERIOD);
        trimOnce();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void trimOnce() {
    int most = store.size() > TRIM_ABOVE ? TRIM_TO : MAX_EVENTS;
    try {
      for (StoredObject event : EventTrimmer.surplus(store.all(), seam.clock().now(), most)) {
        store.delete(event);
      }
    } catch (StoreException e) {
      log.debug("trimming events is put off: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    closed = true;
    queue.close();
    commits.close();
  }
}
