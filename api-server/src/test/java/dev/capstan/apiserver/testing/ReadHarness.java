package dev.capstan.apiserver.testing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.BookmarkRequest;
import dev.capstan.api.v1.BookmarkResponse;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodSpec;
import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.apiserver.chain.User;
import dev.capstan.apiserver.handler.Call;
import dev.capstan.apiserver.read.ReadSide;
import dev.capstan.apiserver.watch.WatchMetrics;
import dev.capstan.kinds.ServedKinds;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.Txn;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.WriteId;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** The read side over a memory store, in a simulation; writes go straight to the store. */
public final class ReadHarness {

  public static final KindRegistry KINDS = KindRegistry.builtin();
  public static final Kind POD = KINDS.require("Pod");
  public static final Kind CONFIG_MAP = KINDS.require("ConfigMap");

  private static final long RING_BYTES = 1 << 20;

  private final Simulation sim;
  public final MemoryKvStore memory;
  public final GatedStore store;
  public ReadSide server;

  public ReadHarness(Simulation sim) throws InterruptedException {
    this(sim, RING_BYTES);
  }

  public ReadHarness(Simulation sim, long ringBytes) throws InterruptedException {
    this.sim = sim;
    this.memory = new MemoryKvStore(sim.seam());
    this.store = new GatedStore(memory);
    this.server = startServer(ringBytes, 1_000);
    server.awaitReady(deadline());
  }

  /** A further server over the same store. */
  public ReadSide startServer(long ringBytes, long history) {
    ReadSide made =
        new ReadSide(
            sim.seam(),
            store,
            ValueCodec.plain(),
            ServedKinds.builtin(),
            new ReadSide.Settings(ringBytes, history),
            new byte[16],
            WatchMetrics.NONE);
    made.start();
    return made;
  }

  /** Ten seconds from now. */
  public long deadline() {
    return sim.seam().clock().deadline(Duration.ofSeconds(10));
  }

  /** A call with that deadline. */
  public Call call() {
    return new Call(User.SERVER, "test", "", false, deadline());
  }

  /** Lets everything run that can, and a little time pass. */
  public void settle() throws InterruptedException {
    sim.seam().clock().sleep(Duration.ofMillis(20));
  }

  // Writing.

  /** Writes objects as members of one commit group, in slots from 0; answers with its revision. */
  public long write(Message... objects) {
    List<Txn> members = new ArrayList<>();
    for (Message object : objects) {
      members.add(put(object, members.size()));
    }
    return commit(members);
  }

  /** The member of a group that stores an object. */
  public Txn put(Message object, int slot) {
    String key = key(object);
    byte[] value = ValueCodec.plain().encode(key, object.toByteArray(), new WriteId(1, 2), slot);
    return new Txn(List.of(), List.of(new Txn.Op.Put(key, value)));
  }

  /** The member of a group that deletes an object. */
  public static Txn delete(Message object) {
    return new Txn(List.of(), List.of(new Txn.Op.Delete(key(object))));
  }

  /** Commits a group; answers with its revision. */
  public long commit(List<Txn> members) {
    return server.store().commit(new Group(members)).revision();
  }

  private static String key(Message object) {
    Kind kind = KINDS.require(object.getDescriptorForType().getName());
    ObjectMeta metadata = kind.metadata(object);
    return StoreKeys.of(kind, metadata.getNamespace(), metadata.getName());
  }

  /** A config map in namespace "default". */
  public static ConfigMap map(String name, String value) {
    return ConfigMap.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().setNamespace("default").setName(name))
        .putData("v", value)
        .build();
  }

  /** A config map with a label "app". */
  public static ConfigMap labelled(String name, String app, String value) {
    ConfigMap.Builder map = map(name, value).toBuilder();
    map.getMetadataBuilder().putLabels("app", app);
    return map.build();
  }

  /** A pod on a node. */
  public static Pod pod(String name, String node) {
    return Pod.newBuilder()
        .setMetadata(ObjectMeta.newBuilder().setNamespace("default").setName(name))
        .setSpec(PodSpec.newBuilder().setNodeName(node))
        .build();
  }

  // Watching.

  /** Watches config maps after a version; empty for the present ones first. */
  public FakeStream watchMaps(String version) {
    return watch(server, version, selector("ConfigMap", "", ""));
  }

  /** Waits for what was promised, and throws why it was not kept. */
  public static ByteString got(CompletableFuture<ByteString> promise) throws InterruptedException {
    try {
      return promise.get();
    } catch (ExecutionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  /** A selector of objects in all namespaces. */
  public static ResourceSelector selector(String kind, String labels, String fields) {
    return ResourceSelector.newBuilder()
        .setKind(kind)
        .setLabelSelector(labels)
        .setFieldSelector(fields)
        .build();
  }

  /** Opens Resources.Watch. */
  public FakeStream watch(ReadSide on, String version, ResourceSelector... selectors) {
    return watch(on, version, "", selectors);
  }

  /** Opens Resources.Watch with an id. */
  public FakeStream watch(ReadSide on, String version, String id, ResourceSelector... selectors) {
    FakeStream stream = new FakeStream();
    open(on, stream, version, id, selectors);
    return stream;
  }

  /** Opens Resources.Watch on this stream. */
  public void open(
      ReadSide on, FakeStream stream, String version, String id, ResourceSelector... selectors) {
    ResourceWatchRequest request =
        ResourceWatchRequest.newBuilder()
            .addAllSelectors(List.of(selectors))
            .setResourceVersion(version)
            .setWatchId(id)
            .build();
    Call call = call();
    sim.seam()
        .threads()
        .start(
            "watch",
            () ->
                stream.serve(() -> on.endpoints().resourcesWatch().stream(call, request, stream)));
  }

  /** Orders a bookmark. */
  public String bookmark(String id) throws InterruptedException, InvalidProtocolBufferException {
    BookmarkRequest request = BookmarkRequest.newBuilder().setWatchId(id).build();
    ByteString answer = server.endpoints().bookmark().answer(call(), request);
    return BookmarkResponse.parseFrom(answer).getResourceVersion();
  }

  /** The config map of an event. */
  public static ConfigMap mapOf(WatchEvent event) {
    try {
      return ConfigMap.parseFrom(event.getObject());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** The store's revision. */
  public long revision() {
    return memory.range(new KvStore.RangeRequest("/none/", "", 0, 0, true)).revision();
  }
}
