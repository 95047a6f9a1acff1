package dev.capstan.apiserver.read;

import com.google.protobuf.ByteString;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.ListMeta;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.apiserver.cache.CachedObject;
import dev.capstan.apiserver.cache.ObjectDecoder;
import dev.capstan.apiserver.cache.Snapshot;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.cache.WatchCache;
import dev.capstan.apiserver.read.ContinueTokens.Position;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.seam.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists in pages, all pages at the revision of the first.
 *
 * <p>Pages come from memory, and no snapshot is kept alive between calls for it. Only when the
 * cache no longer knows what has changed since the first page, or has not come so far yet, are
 * later ones read from the store, which goes over all that is left of the list to tell how much
 * that is.
 */
final class Lists {

  /** Most objects a page has, whatever the client asks for. */
  static final int MAX_ITEMS = 5_000;

  /** A page ends once it is this large; it may end earlier, never without a token to go on with. */
  static final int MAX_BYTES = 1024 * 1024;

  /** Entries read from the store at once. */
  private static final int STORE_PAGE = 500;

  private final Clock clock;
  private final FreshReads reads;
  private final WatchCache cache;
  private final KvStore store;
  private final ObjectDecoder decoder;
  private final ContinueTokens tokens;

  Lists(
      Clock clock,
      FreshReads reads,
      WatchCache cache,
      KvStore store,
      ObjectDecoder decoder,
      ContinueTokens tokens) {
    this.clock = clock;
    this.reads = reads;
    this.cache = cache;
    this.store = store;
    this.decoder = decoder;
    this.tokens = tokens;
  }

  /** The serialized list that answers a request. */
  ByteString list(Selection selection, ListRequest request, long deadlineNanos)
      throws InterruptedException {
    if (request.getLimit() < 0) {
      throw ApiErrors.badRequest("limit", "must be >= 0");
    }
    Page page = new Page(selection, request.getLimit());
    long revision;
    if (request.getContinueToken().isEmpty()) {
      Snapshot snapshot = reads.snapshot(deadlineNanos);
      revision = snapshot.revision();
      selection.requireReadable(snapshot);
      first(page, snapshot);
    } else {
      Position from = tokens.read(request.getContinueToken(), selection);
      revision = from.revision();
      Iterable<CachedObject> past =
          cache.past(selection.kind(), revision, selection.keyPrefix(), from.lastKey());
      if (past == null) {
        fromStore(page, from, deadlineNanos);
      } else {
        fromMemory(page, past);
      }
    }
    return page.bytes(revision);
  }

  private static void first(Page page, Snapshot snapshot) {
    for (CachedObject object : page.selection.candidates(snapshot)) {
      if (page.selection.test(object) && !page.add(object)) {
        if (page.selection.isUnfiltered()) {
          int all = snapshot.table(page.selection.kind()).count(page.selection.keyPrefix());
          page.remaining = all - page.items.size();
        }
        return;
      }
    }
  }

  private static void fromMemory(Page page, Iterable<CachedObject> past) {
    for (CachedObject object : past) {
      if (!page.addIfSelected(object)) {
        return;
      }
    }
  }

  private void fromStore(Page page, Position from, long deadlineNanos) {
    Selection selection = page.selection;
    String kindPrefix = StoreKeys.prefix(selection.kind());
    String prefix = StoreKeys.prefix(selection.kind(), selection.namespace());
    String after = kindPrefix + from.lastKey();
    boolean more = true;
    while (more) {
      if (deadlineNanos - clock.nanoTime() <= 0) {
        throw ApiErrors.unavailable("the store has not answered in time");
      }
      KvStore.RangeResult range =
          range(new KvStore.RangeRequest(prefix, after, STORE_PAGE, from.revision(), false));
      for (KvStore.Entry entry : range.entries()) {
        StoredObject object = decoder.decode(entry);
        if (object != null && !page.addIfSelected(CachedObject.of(object))) {
          return;
        }
        after = entry.key();
      }
      more = range.more();
    }
  }

  private KvStore.RangeResult range(KvStore.RangeRequest request) {
    try {
      return store.range(request);
    } catch (StoreException.Compacted e) {
      throw ApiErrors.compacted(
          ResourceVersions.whole(e.compactRevision()), ResourceVersions.whole(e.compactRevision()));
    } catch (StoreException.Future e) {
      throw ApiErrors.compacted("", "");
    } catch (StoreException e) {
      throw ApiErrors.unavailable("the store cannot be read: " + e.getMessage());
    }
  }

  /** A page in the making. */
  private final class Page {
    final Selection selection;
    final int limit;
    final List<StoredObject> items = new ArrayList<>();
    int size;
    boolean full;
    int remaining = -1;
    String lastKey = "";

    Page(Selection selection, int limit) {
      this.selection = selection;
      this.limit = limit == 0 ? MAX_ITEMS : Math.min(limit, MAX_ITEMS);
    }

    boolean addIfSelected(CachedObject object) {
      return !selection.test(object) || add(object);
    }

    /** False if the page has no room for the object. */
    boolean add(CachedObject object) {
      int bytes = object.object().bytes().size();
      full = items.size() == limit || (!items.isEmpty() && size + bytes > MAX_BYTES);
      if (!full) {
        items.add(object.object());
        size += bytes;
        lastKey = object.key();
      }
      return !full;
    }

    ByteString bytes(long revision) {
      ListMeta.Builder header =
          ListMeta.newBuilder().setResourceVersion(ResourceVersions.whole(revision));
      if (full) {
        header.setContinueToken(tokens.write(new Position(revision, lastKey), selection));
      }
      if (remaining >= 0) {
        header.setRemainingItemCount(remaining);
      }
      return ListBytes.list(header.build(), items);
    }
  }
}
