package dev.capstan.e2e.sim;

import dev.capstan.api.v1.WatchFrame;
import dev.capstan.apiserver.cache.StoreKeys;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.Simulation;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A client's line to the API server, which can do to its calls and watches what networks do. It
 * outlives the client's incarnations.
 */
final class Line implements ClientInterceptor {

  /** What the line asks of whoever owns it. */
  interface Owner {
    /** Kills the client at this moment; it comes back after {@code down}. */
    void crash(Duration down);

    /** Lets the client stand still for a time. */
    void sleep(Duration time);

    /** The seam of the present incarnation. */
    Seam seam();

    /** Whether it lives. */
    boolean up();
  }

  static final Status RESET = Status.UNAVAILABLE.withDescription("connection reset");
  static final Status REFUSED = Status.UNAVAILABLE.withDescription("connection refused");

  private final Simulation sim;
  private final World world;
  private final Holds holds;
  private final String client;
  private final Traffic traffic;
  private final Observer observer;
  private final FaultCounts counts;
  private final Owner owner;
  private final Armed armed = new Armed();
  private final Hiding hiding = new Hiding();
  private final Set<StreamCall<?, ?>> streams = new LinkedHashSet<>();
  private final Set<UnaryCall<?, ?>> calls = new LinkedHashSet<>();
  private long awayUntil;
  private long lagUntil;
  private boolean cut;
  private boolean compactNext;
  private int missing;

  Line(
      Simulation sim,
      World world,
      Holds holds,
      String client,
      Traffic traffic,
      Observer observer,
      FaultCounts counts,
      Owner owner) {
    this.sim = sim;
    this.world = world;
    this.holds = holds;
    this.client = client;
    this.traffic = traffic;
    this.observer = observer;
    this.counts = counts;
    this.owner = owner;
  }

  /** Simulated nanoseconds since the start. */
  long now() {
    return sim.elapsed().toNanos();
  }

  /** A fault waits for one of the next calls. */
  void arm(Step fault) {
    armed.add(fault);
  }

  /** All watches break. */
  void breakWatches() {
    for (StreamCall<?, ?> stream : List.copyOf(streams)) {
      stream.end();
    }
  }

  /**
   * The connection is gone. gRPC would end its calls in an order of its own, which differs from run
   * to run.
   */
  void breakAll() {
    for (UnaryCall<?, ?> call : List.copyOf(calls)) {
      call.end();
    }
    breakWatches();
  }

  /** All watches break, and the next that wants to resume is told to list again. */
  void compact() {
    compactNext = true;
    breakWatches();
  }

  /** All watches break and none can be opened for a time. */
  void keepAway(Duration time) {
    awayUntil = now() + time.toNanos();
    breakWatches();
  }

  /** All watches break and none can be opened until {@link #back}; then they list anew. */
  void miss() {
    missing++;
    compact();
  }

  /** The end of {@link #miss}. */
  void back() {
    missing = Math.max(0, missing - 1);
  }

  /** An object is not in what is watched, and reads of it fail, until it is shown. */
  void hide(StoreKeys.Place place, Status answer) {
    hiding.hide(place, answer);
    compact();
  }

  /** The end of {@link #hide}. */
  void show(StoreKeys.Place place) {
    hiding.show(place);
    compact();
  }

  /** All reads get this answer; null for their own again. */
  void failReads(@Nullable Status answer) {
    hiding.fail(answer);
  }

  /** The answer that a call gets instead of its own; null if it gets its own. */
  @Nullable Status refusal(Traffic.Call call) {
    return hiding.refusal(call.method(), call.request());
  }

  /** What the client sees of a frame. */
  WatchFrame shown(WatchFrame frame) {
    return hiding.shown(frame);
  }

  /** What is watched arrives late. */
  void lag(Duration time) {
    lagUntil = Math.max(lagUntil, now() + time.toNanos());
    owner.seam().threads().start("late mail", () -> release(time));
  }

  private void release(Duration after) {
    try {
      owner.seam().clock().sleep(after);
    } catch (InterruptedException e) {
      return;
    }
    if (now() >= lagUntil) {
      List.copyOf(streams).forEach(StreamCall::deliver);
    }
  }

  /** Nothing arrives in either direction until {@link #heal}. */
  void cut() {
    cut = true;
  }

  /** The line is whole again; connections of before are not. */
  void heal() {
    cut = false;
    armed.clear();
    awayUntil = 0;
    missing = 0;
    compactNext = hiding.clear();
    if (lagUntil > now()) {
      lagUntil = 0;
      List.copyOf(streams).forEach(StreamCall::deliver);
    }
  }

  /** The network notices that a connection is dead. */
  void reset() {
    heal();
    breakWatches();
  }

  /** Watches that are open. */
  int watches() {
    return (int) streams.stream().filter(StreamCall::isWatch).count();
  }

  /** The client is dead: nobody reads its streams, and the server hears that they are over. */
  void forget() {
    for (StreamCall<?, ?> stream : List.copyOf(streams)) {
      stream.die();
    }
    streams.clear();
    calls.clear();
  }

  /** Whether what is watched is held back. */
  boolean lagging() {
    return cut || now() < lagUntil;
  }

  /** The fault that strikes the call that is being made, if one does. */
  @Nullable Step strike(Traffic.Call call) {
    Step fault = armed.strike(step -> step.find(Argument.CALL).map(call::asksFor).orElse(true));
    if (fault != null) {
      counts.struck(fault.verb(), client);
      if (fault.find(Argument.LAG).isPresent()) {
        lag(fault.time(Argument.LAG));
        world.after(fault.time(Argument.LAG), () -> {}); // It is not over before.
      }
    }
    return fault;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return method.getType() == MethodDescriptor.MethodType.UNARY
        ? new UnaryCall<>(this, method, options, next)
        : new StreamCall<>(this, method, options, next);
  }

  /** Where a call tells its client things. */
  Executor executor(CallOptions options) {
    Executor own = options.getExecutor();
    return own == null ? owner.seam().threads().executor() : own;
  }

  boolean isCut() {
    return cut;
  }

  /** Whether watches can be opened. */
  boolean isAway() {
    return cut || missing > 0 || now() < awayUntil;
  }

  /** Whether this resumption is to be refused; then the next is not. */
  boolean refusesToResume() {
    boolean refuses = compactNext;
    compactNext = false;
    return refuses;
  }

  String client() {
    return client;
  }

  Traffic traffic() {
    return traffic;
  }

  Observer observer() {
    return observer;
  }

  Owner owner() {
    return owner;
  }

  World world() {
    return world;
  }

  Holds holds() {
    return holds;
  }

  /** Whether anybody waits for the answer of a call. */
  boolean isOpen(UnaryCall<?, ?> call) {
    return owner.up() && calls.contains(call);
  }

  void opened(UnaryCall<?, ?> call) {
    calls.add(call);
  }

  void closed(UnaryCall<?, ?> call) {
    calls.remove(call);
  }

  void opened(StreamCall<?, ?> stream) {
    streams.add(stream);
  }

  void closed(StreamCall<?, ?> stream) {
    streams.remove(stream);
  }
}
