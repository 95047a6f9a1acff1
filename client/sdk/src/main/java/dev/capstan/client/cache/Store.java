package dev.capstan.client.cache;

import com.google.protobuf.Message;
import dev.capstan.api.ResourceVersions;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The published snapshot and whoever hears of changes to it.
 *
 * <p>One lock orders publishing and telling: a snapshot is published before its changes are told,
 * and its version is told after them. Readers of the snapshot take no lock.
 */
final class Store {

  private record Handler<T extends Message>(String kind, Consumer<Change<T>> consumer) {

    @SuppressWarnings("unchecked") // Told only of its own kind.
    void tell(Change<?> change) {
      consumer.accept((Change<T>) change);
    }
  }

  private static final Logger log = LoggerFactory.getLogger(Store.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition advanced = lock.newCondition();
  private final Clock clock;
  private final List<Handler<?>> handlers = new ArrayList<>();
  private final List<Consumer<String>> versionHandlers = new ArrayList<>();
  private volatile Snapshot snapshot;
  private volatile long lastHeard;
  private final AtomicLong relists = new AtomicLong();

  /**
   * Grows when the store behind the server went back: what waited for a version of before is let
   * go.
   */
  private final AtomicLong resets = new AtomicLong();

  Store(Snapshot empty, Clock clock) {
    this.snapshot = empty;
    this.clock = clock;
    this.lastHeard = clock.nanoTime();
  }

  Snapshot snapshot() {
    return snapshot;
  }

  long relists() {
    return relists.get();
  }

  long resets() {
    return resets.get();
  }

  Duration age() {
    return Duration.ofNanos(clock.nanoTime() - lastHeard);
  }

  void heard() {
    lastHeard = clock.nanoTime();
  }

  boolean reached(String version) {
    return reached(snapshot, version);
  }

  private static boolean reached(Snapshot seen, String version) {
    return !seen.version().isEmpty()
        && (version.isEmpty() || ResourceVersions.compare(seen.version(), version) >= 0);
  }

  void awaitSynced() throws InterruptedException {
    awaitVersion("");
  }

  void awaitVersion(String version) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long before = resets.get();
      while (!reached(version) && resets.get() == before) {
        advanced.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Applies one whole revision. */
  void apply(String version, List<Decoded<?>> events) {
    lock.lock();
    try {
      Map<String, KindCache<?>> kinds = new LinkedHashMap<>(snapshot.kinds());
      List<Runnable> told = new ArrayList<>();
      events.forEach(e -> apply(kinds, e, told));
      publish(new Snapshot(version, kinds), told);
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("unchecked") // A cache is stored under its own type's name.
  private <T extends Message> void apply(
      Map<String, KindCache<?>> kinds, Decoded<T> event, List<Runnable> told) {
    KindCache<T> cache = (KindCache<T>) kinds.get(event.type().name());
    if (cache == null) {
      return; // A server that sends what nobody asked for.
    }
    ObjectKey key = event.type().key(event.object());
    T before = cache.get(key);
    if (event.deleted()) {
      kinds.put(event.type().name(), cache.without(key));
      T last = before == null ? event.object() : before;
      told.add(() -> tell(event.type(), new Change<>(key, last, null)));
    } else {
      kinds.put(event.type().name(), cache.with(event.object()));
      note(told, event.type(), key, before, event.object());
    }
  }

  /** Puts a complete list in the place of everything, telling of the differences. */
  void replace(String version, List<Decoded<?>> objects) {
    lock.lock();
    try {
      Snapshot old = snapshot;
      Map<String, KindCache<?>> kinds = new LinkedHashMap<>();
      old.kinds().forEach((name, cache) -> kinds.put(name, cache.cleared()));
      objects.forEach(o -> apply(kinds, o, new ArrayList<>()));
      List<Runnable> told = new ArrayList<>();
      kinds.values().forEach(cache -> differences(old, cache, told));
      if (!old.version().isEmpty()) {
        relists.incrementAndGet();
        if (ResourceVersions.compare(version, old.version()) < 0) {
          resets.incrementAndGet();
        }
      }
      publish(new Snapshot(version, kinds), told);
    } finally {
      lock.unlock();
    }
  }

  private <T extends Message> void differences(
      Snapshot old, KindCache<T> now, List<Runnable> told) {
    ObjectType<T> type = now.type();
    KindCache<T> before = old.cache(type);
    for (T object : before.all()) {
      ObjectKey key = type.key(object);
      if (now.get(key) == null) {
        told.add(() -> tell(type, new Change<>(key, object, null)));
      }
    }
    for (T object : now.all()) {
      ObjectKey key = type.key(object);
      T last = before.get(key);
      if (last == null || !sameVersion(type, last, object)) {
        note(told, type, key, last, object);
      }
    }
  }

  /**
   * An object that was deleted and created anew while nobody looked is two changes: whoever cares
   * for the one that is gone, e.g. for what it owned, must hear of it.
   */
  private <T extends Message> void note(
      List<Runnable> told, ObjectType<T> type, ObjectKey key, @Nullable T before, T after) {
    if (before == null || uid(type, before).equals(uid(type, after))) {
      told.add(() -> tell(type, new Change<>(key, before, after)));
    } else {
      told.add(() -> tell(type, new Change<>(key, before, null)));
      told.add(() -> tell(type, new Change<>(key, null, after)));
    }
  }

  private static <T extends Message> String uid(ObjectType<T> type, T object) {
    return type.metadata(object).getUid();
  }

  private static <T extends Message> boolean sameVersion(ObjectType<T> type, T a, T b) {
    return type.metadata(a).getResourceVersion().equals(type.metadata(b).getResourceVersion())
        && uid(type, a).equals(uid(type, b));
  }

  private void publish(Snapshot next, List<Runnable> told) {
    snapshot = next;
    lastHeard = clock.nanoTime();
    told.forEach(Runnable::run);
    List.copyOf(versionHandlers).forEach(h -> guarded(() -> h.accept(next.version())));
    advanced.signalAll();
  }

  /** A handler's defect must not end the informers for everybody else. */
  private static void guarded(Runnable handler) {
    try {
      handler.run();
    } catch (RuntimeException e) {
      log.error("a handler of changes failed", e);
    }
  }

  private <T extends Message> void tell(ObjectType<T> type, Change<T> change) {
    for (Handler<?> handler : List.copyOf(handlers)) {
      if (handler.kind.equals(type.name())) {
        guarded(() -> handler.tell(change));
      }
    }
  }

  <T extends Message> Subscription onChange(ObjectType<T> type, Consumer<Change<T>> consumer) {
    Handler<T> handler = new Handler<>(type.name(), consumer);
    lock.lock();
    try {
      handlers.add(handler);
      for (T object : snapshot.list(type)) {
        consumer.accept(new Change<>(type.key(object), null, object));
      }
    } finally {
      lock.unlock();
    }
    return () -> drop(handlers, handler);
  }

  Subscription onVersion(Consumer<String> handler) {
    lock.lock();
    try {
      versionHandlers.add(handler);
    } finally {
      lock.unlock();
    }
    return () -> drop(versionHandlers, handler);
  }

  private <E> void drop(List<E> from, E what) {
    lock.lock();
    try {
      from.remove(what);
    } finally {
      lock.unlock();
    }
  }
}
