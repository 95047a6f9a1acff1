package dev.capstan.client;

import com.google.protobuf.Message;
import dev.capstan.api.v1.AcquireLeaseRequest;
import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.BookmarkRequest;
import dev.capstan.api.v1.ClusterGrpc;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.DeploymentsGrpc;
import dev.capstan.api.v1.Event;
import dev.capstan.api.v1.Fence;
import dev.capstan.api.v1.InfoRequest;
import dev.capstan.api.v1.InfoResponse;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.LeasesGrpc;
import dev.capstan.api.v1.LogChunk;
import dev.capstan.api.v1.LogsRequest;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.PodsGrpc;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.ResourcesGrpc;
import dev.capstan.api.v1.RevisionRequest;
import dev.capstan.api.v1.RollbackRequest;
import dev.capstan.api.v1.Secret;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.api.v1.WriteOptions;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * The API server's methods as blocking calls. Immutable; {@code with…} methods make variants.
 *
 * <p>Every method throws an {@link ApiException} when it fails. Reads are repeated while the server
 * is unavailable, for at most {@link #retryingFor}; writes only if the request certainly never left
 * this process or says the same when said twice (a delete with a uid precondition). An interrupt
 * cancels the call and comes out as InterruptedException; a cancelled write may have happened.
 */
public final class Api {

  private final Calls calls;
  private final WriteOptions options;
  private final WriteListener listener;

  private Api(Calls calls, WriteOptions options, WriteListener listener) {
    this.calls = calls;
    this.options = options;
    this.listener = listener;
  }

  /** 30 s per attempt, repeating for up to 10 s. */
  public static Api of(Connection connection) {
    return new Api(
        new Calls(connection, Duration.ofSeconds(30), Duration.ofSeconds(10), failure -> {}),
        WriteOptions.getDefaultInstance(),
        WriteListener.NONE);
  }

  /** The same with another time limit per attempt. */
  public Api withTimeout(Duration timeout) {
    return new Api(
        new Calls(calls.connection(), timeout, calls.retryFor(), calls.beforeRetry()),
        options,
        listener);
  }

  /**
   * The same, going on trying for {@code limit} while the server is unavailable; zero to fail at
   * once.
   */
  public Api retryingFor(Duration limit) {
    return retryingFor(limit, calls.beforeRetry());
  }

  /**
   * The same, going on trying for {@code limit} while the server is unavailable.
   *
   * @param beforeRetry told of each failure that is followed by another attempt; what it throws
   *     comes out of the call, so that it can refuse to wait
   */
  public Api retryingFor(Duration limit, Consumer<ApiException> beforeRetry) {
    return new Api(
        new Calls(calls.connection(), calls.timeout(), limit, beforeRetry), options, listener);
  }

  /** The same, naming {@code manager} in every write. */
  public Api as(String manager) {
    return withOptions(options.toBuilder().setFieldManager(manager).build());
  }

  /** The same, writing under a leader's fence. */
  public Api fenced(Fence fence) {
    return withOptions(options.toBuilder().setFence(fence).build());
  }

  /** The same, storing nothing: the server checks and answers as if. */
  public Api dryRun() {
    return withOptions(options.toBuilder().setDryRun(true).build());
  }

  private Api withOptions(WriteOptions changed) {
    return new Api(calls, changed, listener);
  }

  /** The same, telling {@code hearer} of every write (in addition to whoever hears already). */
  public Api tellingOf(WriteListener hearer) {
    WriteListener before = listener;
    return new Api(
        calls,
        options,
        new WriteListener() {
          @Override
          public void wrote(String resourceVersion) {
            before.wrote(resourceVersion);
            hearer.wrote(resourceVersion);
          }

          @Override
          public void unknown() {
            before.unknown();
            hearer.unknown();
          }
        });
  }

  /** Namespaces. */
  public Resource<Namespace> namespaces() {
    return resource(ObjectType.NAMESPACE);
  }

  /** Nodes. */
  public Resource<Node> nodes() {
    return resource(ObjectType.NODE);
  }

  /** Pods. */
  public Resource<Pod> pods() {
    return resource(ObjectType.POD);
  }

  /** ReplicaSets. */
  public Resource<ReplicaSet> replicaSets() {
    return resource(ObjectType.REPLICA_SET);
  }

  /** Deployments. */
  public Resource<Deployment> deployments() {
    return resource(ObjectType.DEPLOYMENT);
  }

  /** Events. */
  public Resource<Event> events() {
    return resource(ObjectType.EVENT);
  }

  /** Leases. */
  public Resource<Lease> leases() {
    return resource(ObjectType.LEASE);
  }

  /** ConfigMaps. */
  public Resource<ConfigMap> configMaps() {
    return resource(ObjectType.CONFIG_MAP);
  }

  /** Secrets. */
  public Resource<Secret> secrets() {
    return resource(ObjectType.SECRET);
  }

  /**
   * Objects of any kind that has a service. In all namespaces until {@link Resource#namespace} is
   * called.
   */
  public <T extends Message> Resource<T> resource(ObjectType<T> type) {
    return new Resource<>(this, type, Methods.of(type), "");
  }

  /** Several independent writes of any kinds in one call. */
  public Batch batch() {
    return new Batch(this);
  }

  /** Binds a pod to a node. Conflict or Precondition if it is bound already. */
  public Pod bind(BindRequest request) throws InterruptedException {
    BindRequest complete =
        request.hasOptions() ? request : request.toBuilder().setOptions(options).build();
    return written(ObjectType.POD, write(PodsGrpc.getBindMethod(), complete));
  }

  /** The log of a container, as it comes. */
  public ServerStream<LogChunk> logs(LogsRequest request) {
    return calls.stream(PodsGrpc.getLogsMethod(), request);
  }

  /** Rolls a deployment back. NotFound if there is no such revision. */
  public Deployment rollback(RollbackRequest request) throws InterruptedException {
    RollbackRequest complete =
        request.hasOptions() ? request : request.toBuilder().setOptions(options).build();
    return written(ObjectType.DEPLOYMENT, write(DeploymentsGrpc.getRollbackMethod(), complete));
  }

  /**
   * Takes a lease; LeaseHeld if somebody else has it. Repeatable: the holder takes it again under a
   * new epoch.
   */
  public Lease acquire(AcquireLeaseRequest request) throws InterruptedException {
    return written(ObjectType.LEASE, write(LeasesGrpc.getAcquireMethod(), request));
  }

  /**
   * A version at least as new as every write acknowledged before this call; read from the store,
   * never stale.
   */
  public String revision() throws InterruptedException {
    return read(ResourcesGrpc.getRevisionMethod(), RevisionRequest.getDefaultInstance())
        .getResourceVersion();
  }

  /** Orders a bookmark on an open watch; the answer is the version it will have reached. */
  public String bookmark(String watchId) throws InterruptedException {
    return read(
            ResourcesGrpc.getBookmarkMethod(),
            BookmarkRequest.newBuilder().setWatchId(watchId).build())
        .getResourceVersion();
  }

  /** One stream over several kinds, frame by frame; informers are built on it. */
  public ServerStream<WatchFrame> watchAll(ResourceWatchRequest request) {
    return calls.stream(ResourcesGrpc.getWatchMethod(), request);
  }

  /** Who the server is. */
  public InfoResponse info() throws InterruptedException {
    return read(ClusterGrpc.getInfoMethod(), InfoRequest.getDefaultInstance());
  }

  /** The connection below. */
  public Connection connection() {
    return calls.connection();
  }

  /** Makes any read: repeated while the server is unavailable. */
  public <Q, R> R read(MethodDescriptor<Q, R> method, Q request) throws InterruptedException {
    return calls.unary(method, request, false, Calls.Repeat.ALWAYS);
  }

  /** Makes any write: repeated only if it certainly did not reach the server. */
  public <Q, R> R write(MethodDescriptor<Q, R> method, Q request) throws InterruptedException {
    return write(method, request, Calls.Repeat.IF_NOT_SENT);
  }

  <Q, R> R write(MethodDescriptor<Q, R> method, Q request, Calls.Repeat repeat)
      throws InterruptedException {
    try {
      return calls.unary(method, request, true, repeat);
    } catch (ApiException e) {
      if (e.mayHaveHappened()) {
        listener.unknown();
      }
      throw e;
    } catch (InterruptedException e) {
      listener.unknown();
      throw e;
    }
  }

  <Q, R> ServerStream<R> stream(MethodDescriptor<Q, R> method, Q request) {
    return calls.stream(method, request);
  }

  <T extends Message> T written(ObjectType<T> type, T object) {
    listener.wrote(type.metadata(object).getResourceVersion());
    return object;
  }

  WriteListener listener() {
    return listener;
  }

  /** Options of every write. */
  WriteOptions options() {
    return options;
  }
}
