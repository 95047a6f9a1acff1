package dev.capstan.client.cache;

import com.google.protobuf.Message;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.client.Api;
import dev.capstan.client.ListOptions;
import dev.capstan.client.ObjectType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Informers for several kinds over one watch: what they show is whole at one revision.
 *
 * <p>A break is resumed after the last revision seen; if that is compacted, or above the store's,
 * everything is listed anew and compared, so that handlers hear of what vanished meanwhile. A
 * server that falls silent is left. Nothing ends the informers but {@link #close}.
 */
public final class InformerSet implements AutoCloseable {

  /** Times of an informer set. */
  public record Timing(Duration staleAfter, Duration bookmarkAfter) {

    /**
     * Stale after 45 s without a frame (servers send bookmarks in quiet periods); a version that
     * somebody waits for is asked after when it has not come by itself within 50 ms.
     */
    public static final Timing DEFAULT = new Timing(Duration.ofSeconds(45), Duration.ofMillis(50));
  }

  /** Says what to watch. */
  public static final class Builder {
    private final Api api;
    private final Map<String, Selection<?>> selections = new LinkedHashMap<>();
    private final Map<String, List<Index<?>>> indexes = new LinkedHashMap<>();
    private final Map<String, List<Tally<?, ?>>> tallies = new LinkedHashMap<>();
    private Timing timing = Timing.DEFAULT;

    private Builder(Api api) {
      this.api = api;
    }

    /** Watches all objects of a kind. */
    public Builder watch(ObjectType<?> type) {
      return watch(type, "", ListOptions.ALL);
    }

    /** Watches the selected objects of a kind; each kind at most once. Empty namespace for all. */
    public Builder watch(ObjectType<?> type, String namespace, ListOptions options) {
      Selection<?> selection = new Selection<>(type, namespace, options);
      if (selections.putIfAbsent(type.name(), selection) != null) {
        throw new IllegalArgumentException(type + " is watched already");
      }
      indexes.put(type.name(), new ArrayList<>());
      tallies.put(type.name(), new ArrayList<>());
      return this;
    }

    /** Adds an index; its kind is watched already. */
    public Builder index(Index<?> index) {
      List<Index<?>> ofKind = indexes.get(index.type().name());
      if (ofKind == null) {
        throw new IllegalArgumentException(index.type() + " is not watched");
      }
      ofKind.add(index);
      return this;
    }

    /** Keeps a tally over an index that is given as well. */
    public Builder tally(Tally<?, ?> tally) {
      List<Tally<?, ?>> ofKind = tallies.get(tally.index().type().name());
      if (ofKind == null) {
        throw new IllegalArgumentException(tally.index().type() + " is not watched");
      }
      ofKind.add(tally);
      return this;
    }

    /** Other times than {@link Timing#DEFAULT}. */
    public Builder timing(Timing other) {
      timing = other;
      return this;
    }

    /** Not started yet. */
    public InformerSet build() {
      Map<String, KindCache<?>> caches = new LinkedHashMap<>();
      selections.forEach((name, s) -> caches.put(name, cache(s)));
      return new InformerSet(api, List.copyOf(selections.values()), caches, timing);
    }

    @SuppressWarnings("unchecked") // Both are stored under their own type's name.
    private <T extends Message> KindCache<T> cache(Selection<T> selection) {
      ObjectType<T> type = selection.type();
      List<Index<T>> ofType = new ArrayList<>();
      List<Tally<T, ?>> counted = new ArrayList<>();
      indexes.getOrDefault(type.name(), List.of()).forEach(i -> ofType.add((Index<T>) i));
      tallies.getOrDefault(type.name(), List.of()).forEach(t -> counted.add((Tally<T, ?>) t));
      return KindCache.empty(type, ofType, counted);
    }
  }

  /** Starts saying what to watch. */
  public static Builder of(Api api) {
    return new Builder(api);
  }

  private final Store store;
  private final WatchLoop loop;
  private final Bookmarks bookmarks;

  private InformerSet(
      Api api, List<Selection<?>> selections, Map<String, KindCache<?>> caches, Timing timing) {
    this.store = new Store(new Snapshot("", caches), api.connection().seam().clock());
    this.bookmarks = new Bookmarks(api, store, timing.bookmarkAfter());
    ResourceWatchRequest.Builder request = ResourceWatchRequest.newBuilder();
    selections.forEach(s -> request.addSelectors(s.selector()));
    this.loop = new WatchLoop(api, request.build(), store, bookmarks, timing.staleAfter());
  }

  /** Starts listing and watching, on threads of its own. Once. */
  public void start() {
    loop.start();
    bookmarks.start();
  }

  /** The newest snapshot. Cheap. Empty before {@link #awaitSynced}. */
  public Snapshot snapshot() {
    return store.snapshot();
  }

  /** Blocks until the first list is complete. */
  public void awaitSynced() throws InterruptedException {
    store.awaitSynced();
  }

  /** True once the first list is complete. */
  public boolean synced() {
    return !snapshot().version().isEmpty();
  }

  /**
   * Blocks until everything up to {@code version} has been seen, asking the server for a bookmark
   * if it does not come by itself. Returns at once after the store went back to before {@code
   * version} (restored from a backup).
   */
  public void awaitVersion(String version) throws InterruptedException {
    bookmarks.want(version);
    store.awaitVersion(version);
  }

  /**
   * Makes sure that {@code version} is reached soon even if no watched object changes. Does not
   * block.
   */
  public void want(String version) {
    bookmarks.want(version);
  }

  /** True if everything up to {@code version} has been seen. */
  public boolean reached(String version) {
    return store.reached(version);
  }

  /**
   * Calls {@code handler} for every change of a kind, in order, on the informers' thread: it must
   * not block, only put a key into a queue. If there are objects already it is called for each of
   * them first, as if they had appeared.
   */
  public <T extends Message> Subscription onChange(
      ObjectType<T> type, Consumer<Change<T>> handler) {
    return store.onChange(type, handler);
  }

  /**
   * Calls {@code handler} with every version reached, after the handlers of its changes. It must
   * not block.
   */
  public Subscription onVersion(Consumer<String> handler) {
    return store.onVersion(handler);
  }

  /**
   * Time since the server was last heard of, on the monotonic clock; zero before the first frame is
   * due.
   */
  public Duration age() {
    return store.age();
  }

  /**
   * False if nothing was listed yet or the server has been silent for too long: decisions would be
   * on stale data.
   */
  public boolean healthy() {
    return synced() && age().compareTo(loop.staleAfter()) <= 0;
  }

  /** How often everything had to be listed anew after the first time. */
  public long relists() {
    return store.relists();
  }

  /** Ends watching. What was seen remains. */
  @Override
  public void close() {
    loop.close();
    bookmarks.close();
  }
}
