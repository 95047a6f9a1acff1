package dev.capstan.apiserver;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.Event;
import dev.capstan.api.v1.InfoResponse;
import dev.capstan.apiserver.cache.Snapshot;
import dev.capstan.apiserver.chain.Admission;
import dev.capstan.apiserver.chain.Admissions;
import dev.capstan.apiserver.chain.Authenticator;
import dev.capstan.apiserver.chain.Authorizer;
import dev.capstan.apiserver.chain.Permissions;
import dev.capstan.apiserver.events.EventLane;
import dev.capstan.apiserver.handler.ApiServices;
import dev.capstan.apiserver.handler.OpenStreams;
import dev.capstan.apiserver.handler.RequestParser;
import dev.capstan.apiserver.handler.ServiceBinder;
import dev.capstan.apiserver.ops.Metrics;
import dev.capstan.apiserver.read.ReadSide;
import dev.capstan.apiserver.sessions.NodeSessions;
import dev.capstan.apiserver.sessions.PodLogs;
import dev.capstan.apiserver.write.LeaseClock;
import dev.capstan.apiserver.write.NamespaceContents;
import dev.capstan.apiserver.write.Origin;
import dev.capstan.apiserver.write.Writer;
import dev.capstan.apiserver.write.Written;
import dev.capstan.kinds.ServedKind;
import dev.capstan.kinds.ServedKinds;
import dev.capstan.kvstore.Compactor;
import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.SpaceGuard;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.seam.Seam;
import io.grpc.ServerServiceDefinition;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The API server without its transport: everything between a store and gRPC's services. A process
 * binds {@link #services} to a port; a test or a simulation to an in-process server.
 */
public final class ApiServer implements AutoCloseable {

  private final ReadSide read;
  private final GroupCommit commits;
  private final Compactor compactor;
  private final LeaseClock leaseClock;
  private final EventLane events;
  private final OpenStreams streams = new OpenStreams();
  private final List<ServerServiceDefinition> services;
  private final String clusterId;
  private final KvStore store;

  /**
   * What may differ from server to server.
   *
   * @param clusterName for people
   * @param authenticator finds out who calls
   * @param authorizer decides what they may do
   * @param cache sizes of the watch cache
   * @param startTime how long the first consistent read may take
   */
  public record Settings(
      String clusterName,
      Authenticator authenticator,
      Authorizer authorizer,
      ReadSide.Settings cache,
      Duration startTime) {

    /** A cluster called "test" that trusts every caller. */
    public static Settings trusting() {
      return new Settings(
          "test",
          Authenticator.trusting(),
          Authorizer.allowAll(),
          ReadSide.Settings.defaults(),
          Duration.ofSeconds(60));
    }
  }

  private ApiServer(Seam seam, KvStore store, ValueCodec codec, Settings settings, Metrics metrics)
      throws InterruptedException {
    this.store = store;
    ServedKinds kinds = ServedKinds.builtin();
    StoreFormat.claim(store);
    byte[] pageSecret = PageSecret.loadOrCreate(store, codec, seam.random());
    this.read = new ReadSide(seam, store, codec, kinds, settings.cache, pageSecret, metrics);
    SpaceGuard space = new SpaceGuard(read.store(), seam.clock());
    this.commits = new GroupCommit(read.store(), codec, seam, metrics, space);
    this.compactor = new Compactor(read.store(), seam, space);
    this.leaseClock = new LeaseClock(seam, this::newestRevision);
    Writer writer =
        new Writer(seam, kinds, read.objects(), commits, codec, admissions(), leaseClock);
    read.start();
    read.awaitReady(seam.clock().deadline(settings.startTime));
    this.clusterId =
        new Bootstrap(seam.clock(), writer, read.objects(), kinds.named("Namespace")).run();
    this.events = new EventLane(seam, read.store(), codec, kinds.registry(), read.cache(), metrics);
    events.start();
    compactor.start();
    Permissions permissions = new Permissions(settings.authorizer);
    RequestParser parser = new RequestParser(ServerVersion.get());
    ApiServices api =
        new ApiServices(
            seam,
            kinds,
            permissions,
            writer,
            read.endpoints(),
            this::take,
            parser,
            others(seam, kinds.registry(), store, settings, metrics).map());
    this.services =
        api.bind(
            new ServiceBinder(seam, settings.authenticator, permissions, parser, metrics, streams));
    metrics.watchCache(read::stats, read::storeRevision);
    metrics.database(store);
    metrics.space(space::isFull);
  }

  private List<Admission> admissions() {
    return Stream.concat(
            Admissions.standard().stream(), Stream.of(new NamespaceContents(read.cache())))
        .toList();
  }

  /**
   * Starts a server over a store. Blocks until reads are answered and the namespaces exist.
   *
   * @param metrics of this server alone
   */
  public static ApiServer start(
      Seam seam, KvStore store, ValueCodec codec, Settings settings, Metrics metrics)
      throws InterruptedException {
    return new ApiServer(seam, store, codec, settings, metrics);
  }

  private OptionalLong newestRevision() {
    Snapshot latest = read.cache().latest();
    return latest == null ? OptionalLong.empty() : OptionalLong.of(latest.revision());
  }

  /**
   * Validates an event as any object is, then leaves it to the lane that merges and may drop it.
   */
  private Written take(ServedKind served, String namespace, Event event, Origin origin) {
    Message valid = served.created(event, namespace, "event", "", Timestamp.getDefaultInstance());
    Event kept = origin.options().getDryRun() ? (Event) valid : events.offer((Event) valid);
    return new Written(served.kind(), kept, "");
  }

  private OtherEndpoints others(
      Seam seam, KindRegistry kinds, KvStore store, Settings settings, Metrics metrics) {
    NodeSessions sessions = new NodeSessions(seam, read.reads(), kinds);
    metrics.kubelets(sessions::connected);
    return new OtherEndpoints(kinds)
        .sessions(sessions)
        .logs(new PodLogs(seam.clock(), read.reads(), sessions, kinds))
        .info(info(store, settings));
  }

  private InfoResponse info(KvStore store, Settings settings) {
    return InfoResponse.newBuilder()
        .setVersion(ServerVersion.get())
        .setClusterName(settings.clusterName)
        .setClusterId(clusterId)
        .setStore(store.describe())
        .setJavaVersion(Runtime.version().toString())
        .setGitCommit(ServerVersion.commit())
        .build();
  }

  /** The API's services, to be added to a gRPC server. */
  public List<ServerServiceDefinition> services() {
    return services;
  }

  /** The cluster's identity: the uid of kube-system. */
  public String clusterId() {
    return clusterId;
  }

  /** Why the server is not ready; empty if a consistent read is answered within a second. */
  public String notReady(Seam seam) {
    try {
      read.awaitReady(seam.clock().deadline(Duration.ofSeconds(1)));
      return StoreFormat.tooNew(store); // A newer server may have been started since.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "stopping";
    } catch (RuntimeException e) {
      return "the store or the watch cache does not answer: " + e.getMessage();
    }
  }

  /** What operators should know although the server is ready; empty if there is nothing. */
  public String warning() {
    Snapshot now = read.cache().latest();
    return now == null ? "" : now.unreadable().describe();
  }

  /** Ends watches, so that clients resume elsewhere or later; other calls go on. */
  public void endStreams() {
    read.endWatches(); // First, and politely: with a bookmark to resume from.
    streams.stop();
  }

  /** Ends watches, finishes the writes that were taken, and stops. The store stays open. */
  @Override
  public void close() {
    endStreams();
    events.close();
    compactor.close();
    leaseClock.close();
    commits.close();
    read.close();
  }
}
