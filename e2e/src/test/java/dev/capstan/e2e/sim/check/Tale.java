package dev.capstan.e2e.sim.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.WriteId;
import io.grpc.Status;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A history made by hand. */
final class Tale {

  static final KindRegistry KINDS = KindRegistry.builtin();

  final Checks checks = new Checks(Setup.standard());
  private final ValueCodec codec = ValueCodec.plain();
  private final Map<String, KvStore.Entry> store = new LinkedHashMap<>();
  private final Map<String, Message> objects = new LinkedHashMap<>();
  private final List<KvStore.Change> group = new ArrayList<>();
  private long revision;
  private long nanos;

  /** Begins with the namespace default, at revision 1. */
  Tale() {
    put(Namespace.newBuilder().setMetadata(ObjectMeta.newBuilder().setName("default")).build());
  }

  /** Lets time pass. */
  Tale seconds(long seconds) {
    nanos += seconds * 1_000_000_000L;
    return this;
  }

  long now() {
    return nanos;
  }

  /** The version of the last revision's first write. */
  String version() {
    return ResourceVersions.of(revision, 0);
  }

  String whole() {
    return ResourceVersions.whole(revision);
  }

  long revision() {
    return revision;
  }

  static Kind kind(Message object) {
    return KINDS.require(object.getDescriptorForType().getName());
  }

  private static String key(Message object) {
    ObjectMeta meta = kind(object).metadata(object);
    return StoreKeys.of(kind(object), meta.getNamespace(), meta.getName());
  }

  /** Adds a write to the next revision, its generation counted as the server does. */
  Tale with(Message object) {
    Kind kind = kind(object);
    Message before = objects.get(key(object));
    if (before == null || kind.specField() == null) {
      return as(object);
    }
    boolean same = before.getField(kind.specField()).equals(object.getField(kind.specField()));
    long generation = kind.metadata(before).getGeneration() + (same ? 0 : 1);
    ObjectMeta meta = kind.metadata(object).toBuilder().setGeneration(generation).build();
    return as(kind.withMetadata(object, meta));
  }

  /** Adds a write to the next revision, just as it is. */
  Tale as(Message object) {
    objects.put(key(object), object);
    return with(key(object), Parts.stored(kind(object), object).toByteArray());
  }

  Tale with(String key, byte[] payload) {
    byte[] value = codec.encode(key, payload, new WriteId(1, revision), group.size());
    KvStore.Entry before = store.get(key);
    long created = before == null ? revision + 1 : before.createRevision();
    KvStore.Entry entry = new KvStore.Entry(key, value, created, revision + 1, 1);
    group.add(new KvStore.Change.Put(entry));
    return this;
  }

  /** The value of an object becomes something that nobody can read, in a revision of its own. */
  Tale damage(Message object) {
    KvStore.Entry before = Objects.requireNonNull(store.get(key(object)));
    byte[] text = "not ours".getBytes(StandardCharsets.UTF_8);
    group.add(
        new KvStore.Change.Put(
            new KvStore.Entry(before.key(), text, before.createRevision(), revision + 1, 2)));
    return commit();
  }

  /** Adds a removal to the next revision. */
  Tale without(Message object) {
    objects.remove(key(object));
    group.add(new KvStore.Change.Delete(key(object)));
    return this;
  }

  /** Makes the revision. */
  Tale commit() {
    revision++;
    for (KvStore.Change change : group) {
      switch (change) {
        case KvStore.Change.Put put -> store.put(put.key(), put.entry());
        case KvStore.Change.Delete delete -> store.remove(delete.key());
      }
    }
    checks.committed(revision, List.copyOf(group), nanos);
    group.clear();
    return this;
  }

  /** One object in a revision of its own. */
  Tale put(Message object) {
    return with(object).commit();
  }

  /** One object gone in a revision of its own. */
  Tale remove(Message object) {
    return without(object).commit();
  }

  /** A lease is taken: its fence is written. Returns the epoch. */
  String fence(String lease) {
    with("/capstan/fence/" + lease, new byte[0]).commit();
    return version();
  }

  Call begin(String client, String method, Message request) {
    return checks.began(client, method, request, nanos);
  }

  Tale end(Call call, @Nullable Message response) {
    checks.ended(call, response, Status.OK, "", nanos);
    return this;
  }

  Tale fail(Call call, Status.Code code) {
    return fail(call, code, "");
  }

  Tale fail(Call call, Status.Code code, String reason) {
    checks.ended(call, null, code.toStatus(), reason, nanos);
    return this;
  }

  /** An object as clients see it, at the version of the last revision's first write. */
  <T extends Message> T seen(T object) {
    return seen(object, version());
  }

  @SuppressWarnings("unchecked") // The object keeps its type.
  static <T extends Message> T seen(T object, String version) {
    Kind kind = kind(object);
    ObjectMeta meta = kind.metadata(object).toBuilder().setResourceVersion(version).build();
    return (T) kind.withMetadata(object, meta);
  }

  void holds() {
    checks.verify();
  }

  void breaks(String id, String what) {
    InvariantBroken broken = Objects.requireNonNull(checks.broken(), "nothing was found");
    assertThat(broken.getMessage()).contains(what);
    assertThat(broken.id()).isEqualTo(id);
  }
}
