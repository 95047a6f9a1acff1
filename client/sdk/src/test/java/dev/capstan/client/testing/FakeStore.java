package dev.capstan.client.testing;

import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.AcquireLeaseRequest;
import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Fence;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.client.ObjectKey;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Objects, their history and the rules of writing; a revision per write. */
final class FakeStore {

  /** One write; a null state means that the object did not or does not exist. */
  record Entry(long revision, Kind kind, @Nullable Message before, @Nullable Message after) {}

  private static final int POD_GRACE_SECONDS = 30;

  final ReentrantLock lock = new ReentrantLock();
  final Condition changed = lock.newCondition();
  private final KindRegistry kinds = KindRegistry.builtin();
  private final Seam seam;
  private final Map<String, TreeMap<ObjectKey, Message>> objects = new TreeMap<>();
  private final Map<ObjectKey, Long> leaseChanges = new LinkedHashMap<>();
  private final Map<String, String> epochs = new LinkedHashMap<>();
  private final List<Entry> history = new ArrayList<>();
  private long revision = 1;
  private long compacted = 1;

  FakeStore(Seam seam) {
    this.seam = seam;
    kinds.kinds().forEach(k -> objects.put(k.name(), new TreeMap<>()));
  }

  KindRegistry kinds() {
    return kinds;
  }

  long revision() {
    return revision;
  }

  long compactedRevision() {
    return compacted;
  }

  List<Entry> since(long seen) {
    return history.stream().filter(e -> e.revision > seen).toList();
  }

  /** Forgets the history: who watches from before must list again. */
  void compact() {
    compacted = revision;
    history.clear();
  }

  /** Goes back to an older revision number with the same objects, as a restored backup does. */
  void goBack(long to) {
    revision = to;
    compacted = to;
    history.clear();
  }

  List<Message> list(Kind kind) {
    return List.copyOf(of(kind).values());
  }

  private TreeMap<ObjectKey, Message> of(Kind kind) {
    TreeMap<ObjectKey, Message> map = objects.get(kind.name());
    if (map == null) {
      throw new IllegalArgumentException(kind.name());
    }
    return map;
  }

  static ObjectKey key(Kind kind, Message object) {
    ObjectMeta meta = kind.metadata(object);
    return new ObjectKey(meta.getNamespace(), meta.getName());
  }

  Message get(Kind kind, ObjectKey key) {
    Message object = of(kind).get(key);
    if (object == null) {
      throw ApiErrors.notFound(kind, key.name());
    }
    return object;
  }

  Message create(Kind kind, Message object, WriteOptions options) {
    checkFence(options);
    ObjectMeta meta = kind.metadata(object);
    String name =
        meta.getName().isEmpty()
            ? meta.getGenerateName() + Long.toHexString(seam.random().nextLong())
            : meta.getName();
    Message before = of(kind).get(new ObjectKey(meta.getNamespace(), name));
    if (before != null) {
      ObjectMeta there = kind.metadata(before);
      throw ApiErrors.alreadyExists(kind, name, there.getResourceVersion(), there.getUid());
    }
    ObjectMeta stored =
        meta.toBuilder()
            .setName(name)
            .setUid(seam.newUid())
            .setGeneration(1)
            .setCreationTimestamp(ApiTimes.of(seam.clock().now()))
            .build();
    return put(kind, null, kind.withMetadata(object, stored));
  }

  /** Replaces the object but for its status, or its status alone. */
  Message update(Kind kind, Message object, WriteOptions options, boolean status) {
    checkFence(options);
    Message before = get(kind, key(kind, object));
    ObjectMeta asked = kind.metadata(object);
    check(kind, before, asked.getUid(), asked.getResourceVersion());
    var field = kind.statusField();
    Message after;
    if (status && field != null) {
      after = before.toBuilder().setField(field, object.getField(field)).build();
    } else {
      Message.Builder builder = object.toBuilder();
      if (field != null) {
        builder.setField(field, before.getField(field));
      }
      after = kind.withMetadata(builder.build(), merged(kind.metadata(before), asked));
    }
    return gone(kind, after) ? remove(kind, before, after) : put(kind, before, after);
  }

  private static ObjectMeta merged(ObjectMeta before, ObjectMeta asked) {
    ObjectMeta.Builder meta = asked.toBuilder();
    meta.setUid(before.getUid()).setCreationTimestamp(before.getCreationTimestamp());
    meta.setGeneration(before.getGeneration() + 1);
    if (before.hasDeletionTimestamp()) {
      meta.setDeletionTimestamp(before.getDeletionTimestamp());
    }
    return meta.build();
  }

  private static boolean gone(Kind kind, Message object) {
    ObjectMeta meta = kind.metadata(object);
    boolean graceful = object instanceof Pod pod && !pod.getSpec().getNodeName().isEmpty();
    return meta.hasDeletionTimestamp() && meta.getFinalizersCount() == 0 && !graceful;
  }

  Message delete(Kind kind, DeleteRequest request, WriteOptions options) {
    checkFence(options);
    Message before = get(kind, new ObjectKey(request.getNamespace(), request.getName()));
    Preconditions only = request.getOptions().getPreconditions();
    check(kind, before, only.getUid(), only.getResourceVersion());
    ObjectMeta meta = kind.metadata(before);
    boolean bound = before instanceof Pod pod && !pod.getSpec().getNodeName().isEmpty();
    long grace =
        request.getOptions().hasGracePeriodSeconds()
            ? request.getOptions().getGracePeriodSeconds()
            : bound ? POD_GRACE_SECONDS : 0;
    if (meta.getFinalizersCount() == 0 && !(bound && grace > 0)) {
      return remove(kind, before, before);
    }
    if (meta.hasDeletionTimestamp()) {
      return before;
    }
    ObjectMeta.Builder going =
        meta.toBuilder().setDeletionTimestamp(ApiTimes.of(seam.clock().now().plusSeconds(grace)));
    return put(kind, before, kind.withMetadata(before, going.build()));
  }

  Message bind(BindRequest request, WriteOptions options) {
    checkFence(options);
    Kind kind = kinds.require("Pod");
    Pod pod = (Pod) get(kind, new ObjectKey(request.getNamespace(), request.getName()));
    check(kind, pod, request.getUid(), "");
    if (pod.getSpec().getNodeName().equals(request.getNodeName())) {
      return pod;
    }
    if (!pod.getSpec().getNodeName().isEmpty()) {
      throw ApiErrors.failedPrecondition("AlreadyBound", "the pod is bound already");
    }
    Pod.Builder bound = pod.toBuilder();
    bound.getSpecBuilder().setNodeName(request.getNodeName());
    return put(kind, pod, bound.build());
  }

  Lease acquire(AcquireLeaseRequest request) {
    Kind kind = kinds.require("Lease");
    ObjectKey key = new ObjectKey(request.getNamespace(), request.getName());
    Lease before = (Lease) of(kind).get(key);
    if (before == null) {
      ObjectMeta meta =
          ObjectMeta.newBuilder().setNamespace(key.namespace()).setName(key.name()).build();
      Message empty = Lease.newBuilder().setMetadata(meta).build();
      before = (Lease) create(kind, empty, WriteOptions.getDefaultInstance());
    }
    String holder = before.getSpec().getHolderIdentity();
    if (!holder.isEmpty()
        && !holder.equals(request.getHolderIdentity())
        && left(before).isPositive()) {
      throw ApiErrors.leaseHeld(before, left(before));
    }
    Lease.Builder after = before.toBuilder();
    after
        .getSpecBuilder()
        .setHolderIdentity(request.getHolderIdentity())
        .setLeaseDurationSeconds(request.getLeaseDurationSeconds())
        .setEpoch(ResourceVersions.of(revision + 1, 0));
    epochs.put(key.toString(), after.getSpec().getEpoch());
    return (Lease) put(kind, before, after.build());
  }

  private Duration left(Lease lease) {
    long now = seam.clock().nanoTime();
    long unchanged = now - leaseChanges.getOrDefault(key(kinds.require("Lease"), lease), now);
    return Duration.ofSeconds(lease.getSpec().getLeaseDurationSeconds()).minusNanos(unchanged);
  }

  private void checkFence(WriteOptions options) {
    if (options.hasFence()) {
      Fence fence = options.getFence();
      String lease = fence.getNamespace() + "/" + fence.getName();
      String now = epochs.getOrDefault(lease, "");
      if (!now.equals(fence.getEpoch())) {
        throw ApiErrors.fenced(lease, fence.getEpoch(), now);
      }
    }
  }

  private static void check(Kind kind, Message there, String uid, String version) {
    ObjectMeta meta = kind.metadata(there);
    if (!(uid.isEmpty() || uid.equals(meta.getUid()))
        || !(version.isEmpty() || version.equals(meta.getResourceVersion()))) {
      throw ApiErrors.conflict(
          kind, meta.getName(), "it changed", meta.getResourceVersion(), meta.getUid());
    }
  }

  private Message put(Kind kind, @Nullable Message before, Message after) {
    Message stored = stamped(kind, after);
    of(kind).put(key(kind, stored), stored);
    if (stored instanceof Lease) {
      leaseChanges.put(key(kind, stored), seam.clock().nanoTime());
    }
    history.add(new Entry(revision, kind, before, stored));
    changed.signalAll();
    return stored;
  }

  private Message remove(Kind kind, Message before, Message last) {
    of(kind).remove(key(kind, before));
    Message gone = stamped(kind, last);
    history.add(new Entry(revision, kind, gone, null));
    changed.signalAll();
    return gone;
  }

  private Message stamped(Kind kind, Message object) {
    String version = ResourceVersions.of(++revision, 0);
    UnaryOperator<ObjectMeta> stamp = m -> m.toBuilder().setResourceVersion(version).build();
    return kind.withMetadata(object, stamp.apply(kind.metadata(object)));
  }
}
