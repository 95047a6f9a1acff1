package dev.capstan.controller.model;

import com.google.gson.JsonObject;
import com.google.protobuf.Message;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.Kind;
import dev.capstan.api.ObjectJson;
import dev.capstan.api.ObjectJsonReader;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.ObjectReference;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.ObjectType;
import dev.capstan.controller.Change;
import dev.capstan.controller.Cluster;
import dev.capstan.controller.Written;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the API server does with the writes of controllers, in memory and in a line: uids, versions,
 * generations, preconditions, finalizers, grace.
 */
public final class ModelCluster implements Cluster {

  /** The process died before this write. */
  public static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Everything there is, by kind. Immutable: what a controller's cache holds. */
  public record State(Map<String, Map<ObjectKey, Message>> kinds, Instant now) {

    @SuppressWarnings("unchecked") // Stored under its own kind.
    public <T extends Message> List<T> all(ObjectType<T> type) {
      return kinds.getOrDefault(type.name(), Map.of()).values().stream().map(o -> (T) o).toList();
    }

    @SuppressWarnings("unchecked") // Stored under its own kind.
    public <T extends Message> Optional<T> find(ObjectType<T> type, ObjectKey key) {
      return Optional.ofNullable((T) kinds.getOrDefault(type.name(), Map.of()).get(key));
    }
  }

  private final Map<String, Map<ObjectKey, Message>> kinds = new TreeMap<>();
  private final List<String> events = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private long version;
  private long writesLeft = Long.MAX_VALUE;
  private long writes;
  private String refusal = "";

  /** What is there now. */
  public State state() {
    Map<String, Map<ObjectKey, Message>> copy = new TreeMap<>();
    kinds.forEach((kind, objects) -> copy.put(kind, new TreeMap<>(objects)));
    return new State(copy, now);
  }

  public Instant now() {
    return now;
  }

  public void advance(long seconds) {
    now = now.plusSeconds(seconds);
  }

  /** The process dies after so many more writes. */
  public void crashAfter(long count) {
    writesLeft = count;
  }

  public long writes() {
    return writes;
  }

  /** Creations are refused with these words; empty to allow them. */
  public void refuseCreations(String why) {
    refusal = why;
  }

  /** "reason: message", in order. */
  public List<String> events() {
    return events;
  }

  /** A user's or kubelet's write: no preconditions, any part. */
  public <T extends Message> T put(ObjectType<T> type, T object) {
    ObjectMeta meta = type.metadata(object);
    T old = state().find(type, type.key(object)).orElse(null);
    ObjectMeta.Builder fresh = meta.toBuilder().setResourceVersion(next());
    if (old == null) {
      fresh.setUid(meta.getUid().isEmpty() ? "uid-" + version : meta.getUid());
      fresh.setGeneration(1);
      if (!meta.hasCreationTimestamp()) {
        fresh.setCreationTimestamp(ApiTimes.seconds(now));
      }
    } else if (specChanged(type, old, object)) {
      fresh.setGeneration(type.metadata(old).getGeneration() + 1);
    }
    T stored = type.withMetadata(object, fresh.build());
    objects(type).put(type.key(stored), stored);
    return stored;
  }

  private static <T extends Message> boolean specChanged(ObjectType<T> type, T old, T object) {
    var spec = type.kind().specField();
    return spec != null && !old.getField(spec).equals(object.getField(spec));
  }

  /** Takes an object away as if it had never been. */
  public void remove(ObjectType<?> type, ObjectKey key) {
    objects(type).remove(key);
  }

  private Map<ObjectKey, Message> objects(ObjectType<?> type) {
    return kinds.computeIfAbsent(type.name(), any -> new TreeMap<>());
  }

  private String next() {
    return Long.toString(++version << 7);
  }

  @Override
  public List<Written> write(List<? extends Change> changes) {
    List<Written> results = new ArrayList<>();
    for (Change change : changes) {
      if (writesLeft-- <= 0) {
        throw new Crash();
      }
      writes++;
      results.add(write(change));
    }
    return results;
  }

  private Written write(Change change) {
    return switch (change) {
      case Change.Create<?> create -> create(create);
      case Change.Update<?> update -> update(update.type(), update.object(), false);
      case Change.UpdateStatus<?> update -> update(update.type(), update.object(), true);
      case Change.Patch(var type, var key, var only, var patch) -> patch(type, key, only, patch);
      case Change.Delete(var type, var key, var options) -> delete(type, key, options);
    };
  }

  private <T extends Message> Written create(Change.Create<T> create) {
    if (!refusal.isEmpty()) {
      return new Written.Refused(refusal);
    }
    if (objects(create.type()).containsKey(create.type().key(create.object()))) {
      return new Written.Taken("already exists");
    }
    put(create.type(), create.object());
    return new Written.Done();
  }

  private <T extends Message> Written update(
      ObjectType<T> type, Message sentObject, boolean status) {
    T sent = cast(sentObject);
    Optional<T> old = state().find(type, type.key(sent));
    if (old.isEmpty()) {
      return new Written.Gone("not found");
    }
    ObjectMeta meta = type.metadata(old.get());
    if (!type.metadata(sent).getResourceVersion().equals(meta.getResourceVersion())) {
      return new Written.Stale("the object has been modified");
    }
    var field = type.kind().statusField();
    Message.Builder fresh = status ? old.get().toBuilder() : sent.toBuilder();
    if (field != null) {
      fresh.setField(field, (status ? sent : old.get()).getField(field));
    }
    T stored = put(type, type.withMetadata(cast(fresh.build()), meta));
    release(type, stored);
    return new Written.Done();
  }

  @SuppressWarnings("unchecked") // Callers pair a type with its own messages.
  private static <T extends Message> T cast(Message message) {
    return (T) message;
  }

  private <T extends Message> Written patch(
      ObjectType<T> type, ObjectKey key, Preconditions only, JsonObject patch) {
    Optional<T> old = state().find(type, key);
    if (old.isEmpty()) {
      return new Written.Gone("not found");
    }
    if (!holds(only, type.metadata(old.get()))) {
      return new Written.Stale("precondition failed");
    }
    Kind kind = type.kind();
    JsonObject merged =
        ObjectJson.merge(ObjectJson.print(kind, old.get()), patch).getAsJsonObject();
    ObjectJsonReader.Result read = ObjectJsonReader.read(kind, merged);
    if (!read.violations().isEmpty()) {
      return new Written.Refused(read.violations().toString());
    }
    T stored = put(type, cast(read.object()));
    release(type, stored);
    return new Written.Done();
  }

  private static boolean holds(Preconditions only, ObjectMeta meta) {
    return (only.getUid().isEmpty() || only.getUid().equals(meta.getUid()))
        && (only.getResourceVersion().isEmpty()
            || only.getResourceVersion().equals(meta.getResourceVersion()));
  }

  /** A user's deletion. */
  public <T extends Message> Written delete(
      ObjectType<T> type, ObjectKey key, DeleteOptions options) {
    Optional<T> old = state().find(type, key);
    if (old.isEmpty()) {
      return new Written.Gone("not found");
    }
    ObjectMeta meta = type.metadata(old.get());
    if (!holds(options.getPreconditions(), meta)) {
      return new Written.Stale("precondition failed");
    }
    boolean now =
        options.hasGracePeriodSeconds() && options.getGracePeriodSeconds() == 0
            || !(old.get() instanceof Pod pod && !pod.getSpec().getNodeName().isEmpty());
    ObjectMeta.Builder fresh = meta.toBuilder();
    switch (options.getPropagationPolicy()) {
      case "Foreground" -> addFinalizer(fresh, WellKnown.FINALIZER_FOREGROUND);
      case "Orphan" -> addFinalizer(fresh, WellKnown.FINALIZER_ORPHAN);
      default -> {}
    }
    fresh.setDeletionTimestamp(ApiTimes.seconds(this.now));
    if (now) {
      fresh.setDeletionGracePeriodSeconds(0);
    } else {
      fresh.setDeletionGracePeriodSeconds(30);
    }
    T stored = put(type, type.withMetadata(old.get(), fresh.build()));
    release(type, stored);
    return new Written.Done();
  }

  private static void addFinalizer(ObjectMeta.Builder meta, String finalizer) {
    if (!meta.hasDeletionTimestamp() && !meta.getFinalizersList().contains(finalizer)) {
      meta.addFinalizers(finalizer);
    }
  }

  /** Gone is what is going and nothing holds back. */
  private <T extends Message> void release(ObjectType<T> type, T object) {
    ObjectMeta meta = type.metadata(object);
    boolean held = object instanceof Namespace ns && ns.getSpec().getFinalizersCount() > 0;
    if (meta.hasDeletionTimestamp()
        && meta.getDeletionGracePeriodSeconds() == 0
        && meta.getFinalizersCount() == 0
        && !held) {
      remove(type, type.key(object));
    }
  }

  @Override
  public <T extends Message> Optional<T> get(ObjectType<T> type, ObjectKey key) {
    return state().find(type, key);
  }

  @Override
  public <T extends Message> List<T> list(ObjectType<T> type, String namespace) {
    return state().all(type).stream()
        .filter(object -> type.metadata(object).getNamespace().equals(namespace))
        .toList();
  }

  @Override
  public void event(ObjectReference about, EventType type, String reason, String message) {
    events.add(reason + ": " + message);
  }
}
