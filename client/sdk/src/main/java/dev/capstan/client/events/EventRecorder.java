package dev.capstan.client.events;

import com.google.protobuf.Message;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Event;
import dev.capstan.api.v1.EventSource;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.ObjectReference;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.Backoff;
import dev.capstan.client.Batch;
import dev.capstan.client.ObjectType;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports events. Best effort: a call never blocks; equal events that wait to be sent are merged;
 * what does not fit is dropped and counted. Batches are sent by a thread of its own.
 */
public final class EventRecorder implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EventRecorder.class);
  private static final int MAX_WAITING = 5000;
  private static final int MAX_BATCH = 100;

  /**
   * Bursts are merged for this long before they are sent; and no more than a batch is sent in this
   * time, so that the reports of a burst of work come after the work.
   */
  private static final Duration GATHER = Duration.ofMillis(200);

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private record Key(ObjectReference object, String type, String reason, String message) {}

  private static final class Occurrences {
    private final Instant first;
    private Instant last;
    private int count = 1;

    Occurrences(Instant at) {
      first = at;
      last = at;
    }

    Occurrences and(Occurrences later) {
      count += later.count;
      last = later.last;
      return this;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Key, Occurrences> waiting = new LinkedHashMap<>();
  private final Api api;
  private final Seam seam;
  private final EventSource source;
  private final Thread sender;
  private long dropped;
  private boolean closed;

  /** Failed attempts in a row; the sender's own. */
  private int failures;

  /**
   * @param component who reports, e.g. "kubelet"
   * @param host node it is on; null if on none
   */
  public EventRecorder(Api api, String component, @Nullable String host) {
    this.api = api.retryingFor(Duration.ZERO).withTimeout(TIMEOUT);
    this.seam = api.connection().seam();
    this.source =
        EventSource.newBuilder().setComponent(component).setHost(host == null ? "" : host).build();
    this.sender = seam.threads().start("events", this::run);
  }

  /** Something expected happened to {@code object}. */
  public <T extends Message> void normal(
      ObjectType<T> type, T object, String reason, String message) {
    record(reference(type, object), "Normal", reason, message);
  }

  /** Something went wrong with {@code object}. */
  public <T extends Message> void warning(
      ObjectType<T> type, T object, String reason, String message) {
    record(reference(type, object), "Warning", reason, message);
  }

  /** Names {@code object} in an event; set a field path on it to name a part. */
  public static <T extends Message> ObjectReference reference(ObjectType<T> type, T object) {
    ObjectMeta meta = type.metadata(object);
    return ObjectReference.newBuilder()
        .setKind(type.name())
        .setApiVersion(type.kind().apiVersion())
        .setNamespace(meta.getNamespace())
        .setName(meta.getName())
        .setUid(meta.getUid())
        .build();
  }

  /**
   * Reports an event.
   *
   * @param type "Normal" or "Warning"
   * @param reason one CamelCase word for programs
   * @param message a sentence for people
   */
  public void record(ObjectReference object, String type, String reason, String message) {
    Instant now = seam.clock().now();
    Key key = new Key(object, type, reason, message);
    lock.lock();
    try {
      Occurrences before = waiting.get(key);
      if (before != null) {
        before.count++;
        before.last = now;
      } else if (closed || waiting.size() >= MAX_WAITING) {
        dropped++;
      } else {
        waiting.put(key, new Occurrences(now));
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Events lost so far, here or on the way. */
  public long dropped() {
    lock.lock();
    try {
      return dropped;
    } finally {
      lock.unlock();
    }
  }

  /** Sends what waits, for at most a few seconds, and ends the thread. */
  @Override
  public void close() throws InterruptedException {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    sender.join();
  }

  private void run() {
    try {
      while (awaitSome()) {
        send(next());
      }
    } catch (InterruptedException e) {
      log.debug("events closed");
    }
  }

  /** Waits for something to send and for more of it to gather; false once closed and empty. */
  private boolean awaitSome() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !closed) {
        changed.await();
      }
      long deadline = seam.clock().deadline(GATHER);
      while (!closed && seam.clock().nanoTime() - deadline < 0) {
        seam.clock().awaitUntil(lock, changed, deadline);
      }
      return !waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private Map<Key, Occurrences> next() {
    Map<Key, Occurrences> batch = new LinkedHashMap<>();
    lock.lock();
    try {
      Iterator<Map.Entry<Key, Occurrences>> entries = waiting.entrySet().iterator();
      while (entries.hasNext() && batch.size() < MAX_BATCH) {
        Map.Entry<Key, Occurrences> entry = entries.next();
        batch.put(entry.getKey(), entry.getValue());
        entries.remove();
      }
    } finally {
      lock.unlock();
    }
    return batch;
  }

  private Event event(Key key, Occurrences seen) {
    String namespace = key.object.getNamespace();
    return Event.newBuilder()
        .setMetadata(
            ObjectMeta.newBuilder()
                .setNamespace(namespace.isEmpty() ? WellKnown.NAMESPACE_DEFAULT : namespace))
        .setInvolvedObject(key.object)
        .setType(key.type)
        .setReason(key.reason)
        .setMessage(key.message)
        .setSource(source)
        .setFirstTimestamp(ApiTimes.of(seen.first))
        .setLastTimestamp(ApiTimes.of(seen.last))
        .setCount(seen.count)
        .build();
  }

  private void send(Map<Key, Occurrences> events) throws InterruptedException {
    Batch batch = api.batch();
    events.forEach((key, seen) -> batch.create(ObjectType.EVENT, event(key, seen)));
    List<Batch.Result> results = batch.send();
    if (results.stream().allMatch(EventRecorder::notSent) && putBack(events)) {
      seam.clock().sleep(Backoff.RECONNECT.delay(failures++, seam.random()));
      api.connection().reconnectNow();
      return;
    }
    failures = 0;
    drop(results.stream().filter(r -> !r.ok()).peek(EventRecorder::note).count());
  }

  private static boolean notSent(Batch.Result result) {
    return result.error().orElse(null) instanceof ApiException.Unavailable;
  }

  /**
   * The server is away: later, unless there is no later. Those that came meanwhile are merged into
   * the older.
   */
  private boolean putBack(Map<Key, Occurrences> events) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      Map<Key, Occurrences> younger = new LinkedHashMap<>(waiting);
      waiting.clear();
      waiting.putAll(events);
      younger.forEach((key, seen) -> waiting.merge(key, seen, Occurrences::and));
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void drop(long count) {
    lock.lock();
    try {
      dropped += count;
    } finally {
      lock.unlock();
    }
  }

  private static void note(Batch.Result result) {
    log.debug("event lost: {}", result.error().map(ApiException::message).orElse(""));
  }
}
