package dev.capstan.apiserver.events;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.Event;
import dev.capstan.apiserver.cache.CachedObject;
import dev.capstan.apiserver.cache.Snapshot;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.cache.WatchCache;
import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes merged events, each as an update of the one stored object it belongs to. */
final class EventStore {

  /**
   * Somebody else may merge into the same event, rarely and briefly: another server, or the
   * trimmer.
   */
  private static final int MAX_TRIES = 4;

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Seam seam;
  private final WatchCache cache;
  private final GroupCommit commits;
  private final ValueCodec codec;
  private final Kind eventKind;
  private final Kind namespaceKind;

  EventStore(
      Seam seam, WatchCache cache, GroupCommit commits, ValueCodec codec, KindRegistry kinds) {
    this.seam = seam;
    this.cache = cache;
    this.commits = commits;
    this.codec = codec;
    this.eventKind = kinds.require("Event");
    this.namespaceKind = kinds.require("Namespace");
  }

  /** What is stored under an event's name. */
  private record Stored(Event event, long modRevision) {}

  /** Stores the event or merges it into the stored one; false if it is lost. */
  boolean write(Event event) {
    String namespace = event.getMetadata().getNamespace();
    if (isLeaving(namespace)) {
      return false;
    }
    Stored stored = cached(event);
    for (int i = 0; i < MAX_TRIES; i++) {
      switch (commits.commit(txn(event, stored), seam.clock().deadline(PATIENCE))) {
        case Result.Committed ignored -> {
          return true;
        }
        case Result.Refused refused -> {
          if (refused.current(StoreKeys.of(namespaceKind, "", namespace)) == null) {
            return false; // The namespace is gone, and its events with it.
          }
          stored = current(refused.current(key(event)));
        }
      }
    }
    return false;
  }

  private boolean isLeaving(String namespace) {
    Snapshot snapshot = cache.latest();
    CachedObject object = snapshot == null ? null : snapshot.lastRead(namespaceKind, "", namespace);
    return object != null && object.object().metadata().hasDeletionTimestamp();
  }

  private String key(Event event) {
    return StoreKeys.of(
        eventKind, event.getMetadata().getNamespace(), event.getMetadata().getName());
  }

  private @Nullable Stored cached(Event event) {
    Snapshot snapshot = cache.latest();
    CachedObject object =
        snapshot == null
            ? null
            : snapshot.lastRead(
                eventKind, event.getMetadata().getNamespace(), event.getMetadata().getName());
    return object == null
        ? null
        : new Stored((Event) object.object().parse(), object.object().modRevision());
  }

  private @Nullable Stored current(KvStore.@Nullable Entry entry) {
    try {
      return entry == null
          ? null
          : new Stored(Event.parseFrom(codec.decode(entry).payload()), entry.modRevision());
    } catch (InvalidProtocolBufferException e) {
      throw new StoreException.Corrupt("the event cannot be read", e);
    }
  }

  private Txn txn(Event event, @Nullable Stored stored) {
    String key = key(event);
    String namespace = StoreKeys.of(namespaceKind, "", event.getMetadata().getNamespace());
    Txn.Compare unchanged =
        stored == null
            ? new Txn.Compare.Absent(key)
            : new Txn.Compare.ModRevision(key, stored.modRevision());
    Event merged = stored == null ? born(event) : EventMerge.merge(stored.event(), event);
    Event.Builder payload = merged.toBuilder();
    payload.getMetadataBuilder().clearResourceVersion(); // Only the commit decides it.
    return new Txn(
        List.of(unchanged, new Txn.Compare.Exists(namespace)),
        List.of(new Txn.Op.Put(key, payload.build().toByteArray())));
  }

  private Event born(Event event) {
    Event.Builder born = event.toBuilder();
    born.getMetadataBuilder()
        .setUid(seam.newUid())
        .setGeneration(1)
        .setCreationTimestamp(ApiTimes.of(seam.clock().now()));
    return born.build();
  }

  /** Removes a stored event unless it has changed meanwhile. */
  void delete(StoredObject event) {
    String key = StoreKeys.of(eventKind, event.namespace(), event.name());
    Txn txn =
        new Txn(
            List.of(new Txn.Compare.ModRevision(key, event.modRevision())),
            List.of(new Txn.Op.Delete(key)));
    commits.commit(txn, seam.clock().deadline(PATIENCE), true);
  }

  /** Number of stored events. */
  int size() {
    Snapshot snapshot = cache.latest();
    return snapshot == null ? 0 : snapshot.table(eventKind).size();
  }

  /** All stored events, by namespace and name. */
  Iterable<CachedObject> all() {
    Snapshot snapshot = cache.latest();
    return snapshot == null ? List.of() : snapshot.table(eventKind).under("", "");
  }
}
