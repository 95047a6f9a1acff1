package dev.capstan.client.testing;

import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.client.Connection;
import dev.capstan.client.ConnectionOptions;
import dev.capstan.seam.Seam;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An API server in memory, reached in-process. It knows every kind's Create, Get, List, Update,
 * UpdateStatus, Patch, Delete and Watch, Resources.Write, Watch, Revision and Bookmark,
 * Leases.Acquire with fences, and Pods.Bind. It validates nothing. Works in a simulation and
 * outside.
 */
public final class FakeApiServer implements AutoCloseable {

  /** What goes wrong with a call. */
  public enum Fault {
    /** UNAVAILABLE; nothing was done. */
    REFUSE,
    /** UNAVAILABLE, though it was done. */
    LOSE_REPLY,
    /** A batch is done, but nothing is said of its last write. */
    FORGET_LAST
  }

  private record Planned(String method, Fault fault) {}

  private final String name;
  private final Seam seam;
  private final FakeStore store;
  private final List<Planned> planned = new CopyOnWriteArrayList<>();
  private final Refusals refusals = new Refusals();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<Metadata> headers = new CopyOnWriteArrayList<>();
  private final List<FakeWatch> watches = new CopyOnWriteArrayList<>();
  private Server server;

  /**
   * Starts serving.
   *
   * @param name for messages
   */
  public FakeApiServer(String name, Seam seam) {
    this.name = name + InProcessServerBuilder.generateName();
    this.seam = seam;
    this.store = new FakeStore(seam);
    this.server = start();
  }

  private Server start() {
    FakeServices services = new FakeServices(this, store, refusals, seam);
    InProcessServerBuilder builder =
        InProcessServerBuilder.forName(name)
            .executor(seam.threads().executor())
            .scheduledExecutorService(seam.threads().libraryTimers())
            .deadlineTicker(ticker(seam))
            .intercept(new HeaderKeeper());
    services.definitions().forEach(builder::addService);
    try {
      return builder.build().start();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static io.grpc.Deadline.Ticker ticker(Seam seam) {
    return new io.grpc.Deadline.Ticker() {
      @Override
      public long nanoTime() {
        return seam.clock().nanoTime();
      }
    };
  }

  /** A client of this server that lives on {@code client}'s threads and time. */
  public Connection connect(Seam client) {
    return Connection.over(
        () -> channel(client), ConnectionOptions.of("inprocess", "secret"), client);
  }

  private ManagedChannel channel(Seam client) {
    return InProcessChannelBuilder.forName(name)
        .executor(client.threads().executor())
        .scheduledExecutorService(client.threads().libraryTimers())
        .build();
  }

  /** The next call of {@code method}, e.g. "Pods/Create", goes wrong in this way. */
  public void plan(String method, Fault fault) {
    planned.add(new Planned(method, fault));
  }

  /**
   * From now on a kind of read or write, alone or in a batch, is answered with this.
   *
   * @param what kind and method, e.g. "Pod/Create"
   */
  public void refuse(String what, Status answer) {
    refusals.add(what, answer);
  }

  /** Refuses nothing any more. */
  public void refuseNothing() {
    refusals.clear();
  }

  /** How often something was refused. */
  public long refused() {
    return refusals.count();
  }

  /** How many writes of anything but leases and events it was asked for. */
  public long writes() {
    return refusals.writes();
  }

  Optional<Fault> fault(String method) {
    for (Planned plan : planned) {
      if (method.endsWith(plan.method) && planned.remove(plan)) {
        return Optional.of(plan.fault);
      }
    }
    return Optional.empty();
  }

  /** Calls so far in order, e.g. "Pods/Create". */
  public List<String> calls() {
    return new ArrayList<>(calls);
  }

  /** Headers of all calls so far. */
  public List<Metadata> headers() {
    return new ArrayList<>(headers);
  }

  void called(String method) {
    calls.add(method.substring(method.lastIndexOf('.') + 1));
  }

  /** Breaks all watches; they can be resumed. */
  public void breakWatches() {
    watches.forEach(w -> w.end(ApiErrors.unavailable("broken by the test")));
  }

  /** Lets all open watches go silent without ending them. */
  public void silenceWatches() {
    watches.forEach(FakeWatch::silence);
  }

  /** Open watches. */
  public int watchCount() {
    return watches.size();
  }

  void opened(FakeWatch watch) {
    watches.add(watch);
  }

  void ended(FakeWatch watch) {
    watches.remove(watch);
  }

  /** Forgets the history: a watch from before it answers "compacted". */
  public void compact() {
    locked(store::compact);
  }

  /** The store's revision goes back, as after a restored backup; the objects stay. */
  public void goBack(long revision) {
    locked(() -> store.goBack(revision));
  }

  private void locked(Runnable change) {
    store.lock.lock();
    try {
      change.run();
    } finally {
      store.lock.unlock();
    }
  }

  /** Number of objects of a kind. */
  public int count(Kind kind) {
    store.lock.lock();
    try {
      return store.list(kind).size();
    } finally {
      store.lock.unlock();
    }
  }

  /** Stops serving; clients get UNAVAILABLE. The objects stay. */
  public void stop() {
    breakWatches();
    server.shutdownNow();
  }

  /** Serves again after {@link #stop}. */
  public void restart() {
    server = start();
  }

  static StatusRuntimeException lost() {
    return Status.UNAVAILABLE.withDescription("connection reset").asRuntimeException();
  }

  @Override
  public void close() {
    stop();
  }

  private final class HeaderKeeper implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
      headers.add(metadata);
      called(call.getMethodDescriptor().getFullMethodName());
      return next.startCall(call, metadata);
    }
  }
}
