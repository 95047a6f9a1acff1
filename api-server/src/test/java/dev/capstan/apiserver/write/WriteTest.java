package dev.capstan.apiserver.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.apiserver.Api;
import dev.capstan.apiserver.cache.ObjectDecoder;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.chain.Admissions;
import dev.capstan.apiserver.chain.User;
import dev.capstan.apiserver.read.Objects;
import dev.capstan.kinds.ServedKind;
import dev.capstan.kinds.ServedKinds;
import dev.capstan.kvstore.FaultyKvStore;
import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.GroupListener;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.Outbox;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.kvstore.memory.MemoryKvStore;
import dev.capstan.seam.Seam;
import dev.capstan.seam.Threads;
import dev.capstan.seam.sim.Simulation;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a write does at once, and for what it takes a thread. */
class WriteTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration READ = Duration.ofMillis(5);

  /** Notes which threads are started. */
  private record NotedThreads(Threads threads, List<String> started) implements Threads {
    @Override
    public Thread start(String name, Runnable body) {
      started.add(name);
      return threads.start(name, body);
    }

    @Override
    public Executor executor() {
      return threads.executor();
    }

    @Override
    public ScheduledExecutorService libraryTimers() {
      return threads.libraryTimers();
    }
  }

  /**
   * A writer whose watch cache has what the test says, and for whom a read of the store takes a
   * while.
   */
  private static final class Scene implements Objects {
    final Seam seam;
    final List<String> started = new ArrayList<>();
    final ServedKinds kinds = ServedKinds.builtin();
    final FaultyKvStore store;
    final GroupCommit commits;
    final Writer writer;
    final Map<String, StoredObject> cache = new LinkedHashMap<>();
    final ObjectDecoder decoder = new ObjectDecoder(kinds, ValueCodec.plain());
    int reads;

    Scene(Seam real) {
      this.seam = new Seam(real.clock(), new NotedThreads(real.threads(), started), real.random());
      this.store = new FaultyKvStore(new MemoryKvStore(seam));
      this.commits = new GroupCommit(store, ValueCodec.plain(), real, GroupListener.NONE);
      this.writer =
          new Writer(
              seam,
              kinds,
              this,
              commits,
              ValueCodec.plain(),
              Admissions.standard(),
              new LeaseClock(seam, OptionalLong::empty));
      Namespace open =
          Namespace.newBuilder().setMetadata(ObjectMeta.newBuilder().setName("default")).build();
      writer.create(kinds.named("Namespace"), "", open, origin()).now();
      remember("Namespace", "", "default");
      started.clear();
      reads = 0;
    }

    ServedKind pods() {
      return kinds.named("Pod");
    }

    Target target(String name) {
      return new Target(pods(), "default", name);
    }

    Origin origin() {
      return new Origin(
          User.SERVER, WriteOptions.getDefaultInstance(), seam.clock().deadline(PATIENCE));
    }

    /** The watch cache has seen it. */
    void remember(String kind, String namespace, String name) {
      StoredObject now = stored(kinds.named(kind).kind(), namespace, name);
      cache.put(
          key(kinds.named(kind).kind(), namespace, name), Optional.ofNullable(now).orElseThrow());
    }

    private static String key(Kind kind, String namespace, String name) {
      return StoreKeys.of(kind, namespace, name);
    }

    private @Nullable StoredObject stored(Kind kind, String namespace, String name) {
      KvStore.Entry entry = store.get(key(kind, namespace, name)).entry();
      return entry == null ? null : decoder.decode(entry);
    }

    @Override
    public @Nullable StoredObject cached(Kind kind, String namespace, String name) {
      return cache.get(key(kind, namespace, name));
    }

    @Override
    public @Nullable StoredObject current(Kind kind, String namespace, String name) {
      reads++;
      try {
        seam.clock().sleep(READ);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      return stored(kind, namespace, name);
    }

    @Override
    public List<StoredObject> ownedBy(Kind kind, String namespace, String ownerUid) {
      throw new AssertionError("nobody asks");
    }

    Write create(Message pod) {
      return writer.create(pods(), "default", pod, origin());
    }

    Write label(String name, String key) {
      String patch = "{\"metadata\":{\"labels\":{\"" + key + "\":\"x\"}}}";
      return writer.patch(
          target(name), PatchRequest.newBuilder().setMergePatch(patch).build(), origin());
    }

    /** Begins it, without waiting for anything, and then waits for it. */
    Written await(Write write) throws Exception {
      long before = seam.clock().nanoTime();
      CompletableFuture<Written> written = write.begin();
      assertThat(seam.clock().nanoTime()).isEqualTo(before);
      assertThat(written).isNotDone();
      return written.get();
    }

    Code refused(Write write) {
      try {
        write.begin().join();
      } catch (CompletionException e) {
        return Status.fromThrowable(e).getCode();
      }
      return Code.OK;
    }
  }

  private interface Play {
    void on(Scene scene) throws Exception;
  }

  private static void play(Play play) {
    Simulation.run(
        1,
        sim -> {
          Scene scene = new Scene(sim.seam());
          play.on(scene);
          scene.commits.close();
        });
  }

  @Test
  void aCreateInAnOpenNamespaceNeedsNoThread() {
    play(scene -> {
      Written written = scene.await(scene.create(Api.pod("web")));
      assertThat(written.resourceVersion()).isNotEmpty();
      assertThat(scene.started).isEmpty();
      assertThat(scene.reads).isZero();
    });
  }

  @Test
  void aChangeOfACachedObjectNeedsNoThread() {
    play(scene -> {
      scene.create(Api.pod("web")).now();
      scene.remember("Pod", "default", "web");
      Written written = scene.await(scene.label("web", "a"));
      assertThat(((Pod) written.object()).getMetadata().getLabelsMap()).containsKey("a");
      assertThat(scene.started).isEmpty();
      assertThat(scene.reads).isZero();
    });
  }

  @Test
  void whatIsNotCachedIsReadOnAThread() {
    play(scene -> {
      scene.create(Api.pod("web")).now();
      scene.await(scene.label("web", "a"));
      assertThat(scene.started).containsExactly("write");
      assertThat(scene.reads).isOne();
      assertThat(scene.refused(scene.label("nobody", "a"))).isEqualTo(Code.NOT_FOUND);
    });
  }

  @Test
  void aNamespaceThatIsNotCachedIsReadOnAThread() {
    play(scene -> {
      scene.cache.clear();
      scene.await(scene.create(Api.pod("web")));
      assertThat(scene.started).containsExactly("write");
      assertThat(scene.reads).isOne();
    });
  }

  @Test
  void aLostRaceIsRunAgainOnAThread() {
    play(scene -> {
      scene.create(Api.pod("web")).now();
      scene.remember("Pod", "default", "web");
      scene.label("web", "theirs").now();
      Written written = scene.await(scene.label("web", "mine"));
      assertThat(((Pod) written.object()).getMetadata().getLabelsMap())
          .containsOnlyKeys("theirs", "mine");
      assertThat(scene.started).containsExactly("write");
      assertThat(scene.reads).isZero(); // The refusal told what is there.
    });
  }

  @Test
  void aRefusalRestsOnTheObjectAsItIs() {
    play(scene -> {
      Pod web = (Pod) scene.create(Api.pod("web")).now().object();
      scene.remember("Pod", "default", "web");
      Pod theirs = (Pod) scene.label("web", "theirs").now().object();
      // By the cached copy this version is not the object's; it is.
      scene.await(scene.writer.update(scene.target("web"), labelled(theirs), scene.origin()));
      assertThat(scene.started).containsExactly("write");
      assertThat(scene.reads).isOne();
      assertThat(
              scene.refused(
                  scene.writer.update(scene.target("web"), labelled(web), scene.origin())))
          .isEqualTo(Code.ABORTED);
    });
  }

  private static Pod labelled(Pod pod) {
    Pod.Builder labelled = pod.toBuilder();
    labelled.getMetadataBuilder().putLabels("more", "x");
    return labelled.build();
  }

  @Test
  void whatChangesNothingAndDryRunsAreAnsweredByTheObjectAsItIs() {
    play(scene -> {
      Written created = scene.create(Api.pod("web")).now();
      scene.remember("Pod", "default", "web");
      Written same =
          scene.await(scene.writer.update(scene.target("web"), created.object(), scene.origin()));
      assertThat(same.resourceVersion()).isEqualTo(created.resourceVersion());
      Origin dry =
          new Origin(
              User.SERVER,
              WriteOptions.newBuilder().setDryRun(true).build(),
              scene.origin().deadlineNanos());
      scene.await(
          scene.writer.delete(scene.target("web"), DeleteRequest.getDefaultInstance(), dry));
      assertThat(scene.started).containsExactly("write", "write");
      assertThat(scene.reads).isEqualTo(2);
    });
  }

  @Test
  void aTakenNameIsSaidToBe() {
    play(scene -> {
      scene.create(Api.pod("web")).now();
      assertThat(scene.refused(scene.create(Api.pod("web")))).isEqualTo(Code.ALREADY_EXISTS);
    });
  }

  @Test
  void aLargeObjectIsChangedOnAThread() {
    play(scene -> {
      Pod.Builder large = Api.pod("web").toBuilder();
      large.getMetadataBuilder().putAnnotations("text", "x".repeat(20_000));
      scene.create(large.build()).now();
      scene.remember("Pod", "default", "web");
      scene.await(scene.label("web", "a"));
      assertThat(scene.started).containsExactly("write");
      assertThat(scene.reads).isZero();
    });
  }

  @Test
  void whatIsWrongWithTheRequestIsSaidAtOnce() {
    play(scene ->
        assertThatThrownBy(() -> scene.create(Pod.getDefaultInstance()).begin())
            .isInstanceOf(StatusRuntimeException.class));
  }

  @Test
  void aWriteThatStaysUnknownSaysSoAtItsDeadline() {
    play(scene -> {
      FaultyKvStore.Fault[] many = new FaultyKvStore.Fault[1000];
      Arrays.fill(many, FaultyKvStore.Fault.LOSE_REQUEST);
      scene.store.fail(many);
      long before = scene.seam.clock().nanoTime();
      assertThat(scene.refused(scene.create(Api.pod("web")))).isEqualTo(Code.UNAVAILABLE);
      assertThat(Duration.ofNanos(scene.seam.clock().nanoTime() - before)).isEqualTo(PATIENCE);
    });
  }

  @Test
  void writesOfOneOutboxLeaveTogether() {
    play(scene -> {
      Outbox outbox = scene.writer.outbox();
      List<CompletableFuture<Written>> all = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        all.add(scene.create(Api.pod("p" + i)).begin(outbox));
      }
      outbox.flush();
      for (CompletableFuture<Written> each : all) {
        assertThat(ResourceVersions.revision(each.get().resourceVersion()))
            .isEqualTo(ResourceVersions.revision(all.getFirst().get().resourceVersion()));
      }
    });
  }
}
