package dev.capstan.apiserver.read;

import dev.capstan.apiserver.cache.CacheFeed;
import dev.capstan.apiserver.cache.CacheStats;
import dev.capstan.apiserver.cache.ObjectDecoder;
import dev.capstan.apiserver.cache.ObservedStore;
import dev.capstan.apiserver.cache.ReadIndex;
import dev.capstan.apiserver.cache.WatchCache;
import dev.capstan.apiserver.watch.WatchHub;
import dev.capstan.apiserver.watch.WatchMetrics;
import dev.capstan.kinds.ServedKinds;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.seam.Clock;
import dev.capstan.seam.Seam;
import java.time.Duration;

/** Everything that reads, wired: the watch cache, its feed, consistent reads and watches. */
public final class ReadSide implements AutoCloseable {

  private static final Duration LAST_BOOKMARKS = Duration.ofSeconds(1);

  private final Clock clock;
  private final ReadIndex index;
  private final ObservedStore store;
  private final WatchCache cache;
  private final CacheFeed feed;
  private final FreshReads reads;
  private final WatchHub hub;
  private final CachedObjects objects;
  private final ReadEndpoints endpoints;

  /**
   * Sizes of the watch cache.
   *
   * @param ringBytes the most that past revisions may take in memory, roughly
   * @param history how many past revisions are replayed at the start
   */
  public record Settings(long ringBytes, long history) {

    /** A tenth of the heap, at most 64 MiB, and 10,000 revisions. */
    public static Settings defaults() {
      return new Settings(
          Math.min(Runtime.getRuntime().maxMemory() / 10, 64L * 1024 * 1024), 10_000);
    }
  }

  /**
   * @param store the store itself; writers must go through {@link #store()}
   * @param tokenSecret see {@link ContinueTokens}
   */
  public ReadSide(
      Seam seam,
      KvStore store,
      ValueCodec codec,
      ServedKinds kinds,
      Settings settings,
      byte[] tokenSecret,
      WatchMetrics metrics) {
    ObjectDecoder decoder = new ObjectDecoder(kinds, codec);
    this.clock = seam.clock();
    this.index = new ReadIndex(seam, store);
    this.store = new ObservedStore(store, index);
    this.cache = new WatchCache(seam, decoder, settings.ringBytes());
    this.feed = new CacheFeed(seam, store, cache, decoder, settings.history());
    this.reads = new FreshReads(seam, index, cache);
    this.hub = new WatchHub(seam, cache, reads, metrics);
    this.objects = new CachedObjects(cache, this.store, decoder, reads);
    Lists lists =
        new Lists(seam.clock(), reads, cache, store, decoder, new ContinueTokens(tokenSecret));
    this.endpoints = new ReadEndpoints(kinds.registry(), reads, lists, hub);
  }

  /** Starts to follow the store. */
  public void start() {
    feed.start();
    hub.start();
  }

  /** The store as writers must use it, so that reads profit from their answers. */
  public KvStore store() {
    return store;
  }

  /** What the write path reads. */
  public Objects objects() {
    return objects;
  }

  /** The reading methods. */
  public ReadEndpoints endpoints() {
    return endpoints;
  }

  /** Consistent snapshots. */
  public FreshReads reads() {
    return reads;
  }

  /** The watch cache. */
  public WatchCache cache() {
    return cache;
  }

  /** Figures for metrics. */
  public CacheStats stats() {
    return cache.stats();
  }

  /** The newest revision that the store has answered with; the cache may be behind it. */
  public long storeRevision() {
    return index.known();
  }

  /** How often the store was asked on behalf of reads alone. */
  public long probes() {
    return index.probes();
  }

  /** Blocks until consistent reads are answered; UNAVAILABLE at the deadline. */
  public void awaitReady(long deadlineNanos) throws InterruptedException {
    reads.snapshot(deadlineNanos);
  }

  /**
   * Ends watches, each after a last bookmark from which it can go on elsewhere; takes a second at
   * most.
   */
  public void endWatches() {
    hub.close();
    try {
      hub.awaitEnd(clock.deadline(LAST_BOOKMARKS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Then they end without.
    }
  }

  /** Ends watches so that they can go on elsewhere, then stops. */
  @Override
  public void close() {
    hub.close();
    cache.close();
    feed.close();
  }
}
