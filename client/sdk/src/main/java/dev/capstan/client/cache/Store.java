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
import java.util.stream.Stream;
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

  /** A change, to be told once the snapshot that has it is published. */
  private record News<T extends Message>(ObjectType<T> type, Change<T> change) {}

  private static final Logger log = LoggerFactory.getLogger(Store.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition advanced = lock.newCondition();
  private final Clock clock;

  /**
   * By kind; each list is replaced and never changed, so that handlers may come and go while told.
   */
  private final Map<String, List<Consumer<? extends Change<?>>>> handlers = new LinkedHashMap<>();

  private List<Consumer<String>> versionHandlers = List.of();
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
      List<News<?>> news = new ArrayList<>(events.size());
      events.forEach(e -> apply(kinds, e, news));
      publish(new Snapshot(version, kinds), news);
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("unchecked") // A cache is stored under its own type's name.
  private <T extends Message> void apply(
      Map<String, KindCache<?>> kinds, Decoded<T> event, List<News<?>> news) {
    ObjectType<T> type = event.type();
    KindCache<T> cache = (KindCache<T>) kinds.get(type.name());
    if (cache == null) {
      return; // A server that sends what nobody asked for.
    }
    ObjectKey key = type.key(event.object());
    T before = cache.get(key);
    if (event.deleted()) {
      T last = before == null ? event.object() : before;
      news.add(new News<>(type, new Change<>(key, last, null)));
    } else {
      note(news, type, key, before, event.object());
    }
    if (before != null || !event.deleted()) {
      kinds.put(type.name(), cache.changed(key, before, event.deleted() ? null : event.object()));
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
      List<News<?>> news = new ArrayList<>();
      kinds.values().forEach(cache -> differences(old, cache, news));
      if (!old.version().isEmpty()) {
        relists.incrementAndGet();
        if (ResourceVersions.compare(version, old.version()) < 0) {
          resets.incrementAndGet();
        }
      }
      publish(new Snapshot(version, kinds), news);
    } finally {
      lock.unlock();
    }
  }

  private <T extends Message> void differences(Snapshot old, KindCache<T> now, List<News<?>> news) {
    ObjectType<T> type = now.type();
    KindCache<T> before = old.cache(type);
    for (T object : before.all()) {
      ObjectKey key = type.key(object);
      if (now.get(key) == null) {
        news.add(new News<>(type, new Change<>(key, object, null)));
      }
    }
    for (T object : now.all()) {
      ObjectKey key = type.key(object);
      T last = before.get(key);
      if (last == null || !sameVersion(type, last, object)) {
        note(news, type, key, last, object);
      }
    }
  }

  /**
   * An object that was deleted and created anew while nobody looked is two changes: whoever cares
   * for the one that is gone, e.g. for what it owned, must hear of it.
   */
  private <T extends Message> void note(
      List<News<?>> news, ObjectType<T> type, ObjectKey key, @Nullable T before, T after) {
    if (before == null || uid(type, before).equals(uid(type, after))) {
      news.add(new News<>(type, new Change<>(key, before, after)));
    } else {
      news.add(new News<>(type, new Change<>(key, before, null)));
      news.add(new News<>(type, new Change<>(key, null, after)));
    }
  }

  private static <T extends Message> String uid(ObjectType<T> type, T object) {
    return type.metadata(object).getUid();
  }

  private static <T extends Message> boolean sameVersion(ObjectType<T> type, T a, T b) {
    return type.metadata(a).getResourceVersion().equals(type.metadata(b).getResourceVersion())
        && uid(type, a).equals(uid(type, b));
  }

  private void publish(Snapshot next, List<News<?>> news) {
    snapshot = next;
    lastHeard = clock.nanoTime();
    news.forEach(this::tell);
    for (Consumer<String> handler : versionHandlers) {
      tell(handler, next.version());
    }
    advanced.signalAll();
  }

  @SuppressWarnings("unchecked") // Handlers are stored under their own type's name.
  private <T extends Message> void tell(News<T> news) {
    for (Consumer<?> handler : handlers.getOrDefault(news.type().name(), List.of())) {
      tell((Consumer<Change<T>>) handler, news.change());
    }
  }

  /** A handler's defect must not end the informers for everybody else. */
  private static <E> void tell(Consumer<E> handler, E what) {
    try {
      handler.accept(what);
    } catch (RuntimeException e) {
      log.error("a handler of changes failed", e);
    }
  }

  <T extends Message> Subscription onChange(ObjectType<T> type, Consumer<Change<T>> handler) {
    locked(() -> {
      handlers.merge(type.name(), List.of(handler), Store::with);
      for (T object : snapshot.list(type)) {
        handler.accept(new Change<>(type.key(object), null, object));
      }
    });
    return () ->
        locked(() -> handlers.computeIfPresent(type.name(), (kind, all) -> without(all, handler)));
  }

  Subscription onVersion(Consumer<String> handler) {
    locked(() -> versionHandlers = with(versionHandlers, List.of(handler)));
    return () -> locked(() -> versionHandlers = without(versionHandlers, handler));
  }

  private static <E> List<E> with(List<E> all, List<? extends E> more) {
    return Stream.concat(all.stream(), more.stream()).toList();
  }

  private static <E> List<E> without(List<E> all, Object one) {
    List<E> rest = new ArrayList<>(all);
    rest.remove(one);
    return rest;
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }
}
