package dev.capstan.e2e.sim;

import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.e2e.sim.check.StreamLog;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import dev.capstan.e2e.sim.scenario.Verb;
import dev.capstan.seam.Seam;
import dev.capstan.seam.sim.Simulation;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
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

    /** The seam of the present incarnation. */
    Seam seam();
  }

  private static final Duration GIVE_UP = Duration.ofSeconds(1);
  private static final Status RESET = Status.UNAVAILABLE.withDescription("connection reset");
  private static final Status REFUSED = Status.UNAVAILABLE.withDescription("connection refused");

  private final Simulation sim;
  private final World world;
  private final String client;
  private final Traffic traffic;
  private final Observer observer;
  private final FaultCounts counts;
  private final Owner owner;
  private final Armed armed = new Armed();
  private final Set<Stream<?, ?>> streams = new LinkedHashSet<>();
  private final Set<Unary<?, ?>> calls = new LinkedHashSet<>();
  private long awayUntil;
  private long lagUntil;
  private boolean cut;
  private boolean compactNext;

  Line(
      Simulation sim,
      World world,
      String client,
      Traffic traffic,
      Observer observer,
      FaultCounts counts,
      Owner owner) {
    this.sim = sim;
    this.world = world;
    this.client = client;
    this.traffic = traffic;
    this.observer = observer;
    this.counts = counts;
    this.owner = owner;
  }

  private long now() {
    return sim.elapsed().toNanos();
  }

  /** A fault waits for one of the next calls. */
  void arm(Step fault) {
    armed.add(fault);
  }

  /** All watches break. */
  void breakWatches() {
    for (Stream<?, ?> stream : List.copyOf(streams)) {
      stream.end(RESET);
    }
  }

  /**
   * The connection is gone. gRPC would end its calls in an order of its own, which differs from run
   * to run.
   */
  void breakAll() {
    for (Unary<?, ?> call : List.copyOf(calls)) {
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
      List.copyOf(streams).forEach(Stream::deliver);
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
    compactNext = false;
    if (lagUntil > now()) {
      lagUntil = 0;
      List.copyOf(streams).forEach(Stream::deliver);
    }
  }

  /** The network notices that a connection is dead. */
  void reset() {
    heal();
    breakWatches();
  }

  /** Watches that are open. */
  int watches() {
    return (int) streams.stream().filter(Stream::isWatch).count();
  }

  /** The client is dead: nobody reads its streams, and the server hears that they are over. */
  void forget() {
    for (Stream<?, ?> stream : List.copyOf(streams)) {
      stream.die();
    }
    streams.clear();
    calls.clear();
  }

  private boolean lagging() {
    return cut || now() < lagUntil;
  }

  private @Nullable Step strike() {
    Step fault = armed.strike(step -> true);
    if (fault != null) {
      counts.struck(fault.verb(), client);
    }
    return fault;
  }

  @Override
  public <Q, R> ClientCall<Q, R> interceptCall(
      MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    return method.getType() == MethodDescriptor.MethodType.UNARY
        ? new Unary<>(method, options, next)
        : new Stream<>(method, options, next);
  }

  private Executor executor(CallOptions options) {
    Executor own = options.getExecutor();
    return own == null ? owner.seam().threads().executor() : own;
  }

  /** Makes the client believe that the request left. */
  private static void pretendSent(CallOptions options) {
    ClientStreamTracer.StreamInfo info = ClientStreamTracer.StreamInfo.newBuilder().build();
    for (ClientStreamTracer.Factory factory : options.getStreamTracerFactories()) {
      factory.newClientStreamTracer(info, new Metadata()).outboundHeaders();
    }
  }

  /** A dead thread's last act. */
  private static void neverGoOn() {
    while (true) {
      LockSupport.park();
    }
  }

  /** Collects a call until its request is there; only then is it known what becomes of it. */
  private abstract class Held<Q, R> extends ClientCall<Q, R> {
    final MethodDescriptor<Q, R> method;
    final CallOptions options;
    final Channel next;
    @Nullable Listener<R> listener;
    Metadata headers = new Metadata();
    @Nullable ClientCall<Q, R> real;
    int requested;
    boolean over;

    Held(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      this.method = method;
      this.options = options;
      this.next = next;
    }

    @Override
    public void start(Listener<R> heard, Metadata sent) {
      listener = heard;
      headers = sent;
    }

    @Override
    public void request(int count) {
      if (real == null) {
        requested += count;
      } else {
        real.request(count);
      }
    }

    @Override
    public void cancel(@Nullable String message, @Nullable Throwable cause) {
      if (real != null) {
        real.cancel(message, cause);
      } else {
        close(Status.CANCELLED.withDescription(message));
      }
    }

    @Override
    public void halfClose() {
      if (real != null) {
        real.halfClose();
      }
    }

    void go(Listener<R> heard, Q request) {
      ClientCall<Q, R> call = next.newCall(method, options);
      real = call;
      call.start(heard, headers);
      call.request(requested);
      call.sendMessage(request);
    }

    /** Tells the client the end, once. */
    void close(Status status) {
      Listener<R> heard = listener;
      if (!over && heard != null) {
        over = true;
        executor(options).execute(() -> heard.onClose(status, new Metadata()));
      }
    }
  }

  private final class Unary<Q, R> extends Held<Q, R> {
    private Traffic.@Nullable Call call;

    Unary(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      super(method, options, next);
    }

    @Override
    void close(Status status) {
      calls.remove(this);
      if (!over && call != null) {
        traffic.ended(call, status);
      }
      super.close(status);
    }

    void end() {
      close(RESET);
      if (real != null) {
        real.cancel("reset", null);
      }
    }

    @Override
    public void sendMessage(Q request) {
      Traffic.Call made = traffic.began(client, method, request, headers);
      call = made;
      calls.add(this);
      Step fault = cut ? null : strike();
      if (cut) {
        pretendSent(options);
        later(GIVE_UP, () -> close(RESET));
      } else if (fault == null) {
        go(new Answer(made, null), request);
      } else {
        suffer(fault, made, request);
      }
    }

    private void suffer(Step fault, Traffic.Call made, Q request) {
      switch (fault.verb()) {
        case CALL_REFUSED -> close(REFUSED);
        case REQUEST_LOST -> {
          pretendSent(options);
          close(RESET);
        }
        case REPLY_LOST -> go(new Answer(made, fault), request);
        case REQUEST_LATE -> {
          pretendSent(options);
          sendLater(fault.time(Argument.FOR), request);
          close(RESET);
        }
        case CRASH_IN_CALL -> {
          if (fault.text(Argument.MOMENT).equals("before")) {
            owner.crash(fault.time(Argument.FOR));
            neverGoOn();
          }
          go(new Answer(made, fault), request);
        }
        default -> throw new IllegalStateException(fault.toString());
      }
    }

    private void later(Duration time, Runnable action) {
      Seam seam = owner.seam();
      seam.threads().start("network", () -> sleepAnd(seam, time, action));
    }

    /** The request wanders about in the network while its sender may be long dead. */
    private void sendLater(Duration time, Q request) {
      Metadata copy = new Metadata();
      copy.merge(headers);
      world.after(
          time,
          () -> {
            CallOptions plain = CallOptions.DEFAULT.withExecutor(world.seam().threads().executor());
            ClientCall<Q, R> late = next.newCall(method, plain);
            late.start(new Nobody<>(), copy);
            late.request(1);
            late.sendMessage(request);
            late.halfClose();
          });
    }

    /** Hears what the server says, and tells the client what the network lets through. */
    private final class Answer extends ClientCall.Listener<R> {
      private final Traffic.Call made;
      private final @Nullable Step fault;
      private @Nullable R message;

      Answer(Traffic.Call made, @Nullable Step fault) {
        this.made = made;
        this.fault = fault;
      }

      @Override
      public void onHeaders(Metadata received) {
        if (listener != null) {
          listener.onHeaders(received);
        }
      }

      @Override
      public void onMessage(R received) {
        message = received;
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        if (over) {
          return;
        }
        if (fault != null && fault.verb() == Verb.CRASH_IN_CALL) {
          owner.crash(fault.time(Argument.FOR));
          neverGoOn();
        }
        over = true;
        calls.remove(Unary.this);
        boolean lost = fault != null || cut;
        traffic.ended(made, lost ? RESET : status);
        if (listener == null) {
          return;
        }
        if (lost) {
          listener.onClose(RESET, new Metadata());
          return;
        }
        if (message != null) {
          listener.onMessage(message);
        }
        listener.onClose(status, trailers);
      }
    }
  }

  private static void sleepAnd(Seam seam, Duration time, Runnable action) {
    try {
      seam.clock().sleep(time);
    } catch (InterruptedException e) {
      return;
    }
    action.run();
  }

  private static final class Nobody<R> extends ClientCall.Listener<R> {}

  private final class Stream<Q, R> extends Held<Q, R> {
    private final List<R> mail = new ArrayList<>();
    private @Nullable StreamLog watch;

    Stream(MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
      super(method, options, next);
    }

    @Override
    public void sendMessage(Q request) {
      if (real != null) {
        real.sendMessage(request);
        return;
      }
      if (cut || now() < awayUntil) {
        close(REFUSED);
        return;
      }
      if (request instanceof ResourceWatchRequest wanted) {
        if (compactNext && !wanted.getResourceVersion().isEmpty()) {
          compactNext = false;
          close(Status.OUT_OF_RANGE.withDescription("compacted: list again"));
          return;
        }
        watch = observer.opened(client, method.getFullMethodName(), wanted);
      }
      streams.add(this);
      go(new Mail(), request);
    }

    @Override
    void close(Status status) {
      streams.remove(this);
      hangUp(status);
      super.close(status);
    }

    private void hangUp(Status status) {
      if (watch != null && !over) {
        watch.ended(status, now());
      }
    }

    boolean isWatch() {
      return watch != null;
    }

    void die() {
      hangUp(RESET);
      over = true;
      if (real != null) {
        real.cancel("the client is dead", null);
      }
    }

    /** As by a reset of the connection. */
    void end(Status status) {
      close(status);
      if (real != null) {
        real.cancel("reset", null);
      }
    }

    /** Hands over what was held back. */
    void deliver() {
      while (!mail.isEmpty() && !lagging() && !over) {
        hand(mail.removeFirst());
      }
    }

    private void hand(R message) {
      if (message instanceof WatchFrame frame && watch != null) {
        watch.frame(frame, now());
      }
      if (listener != null) {
        listener.onMessage(message);
      }
    }

    private final class Mail extends ClientCall.Listener<R> {
      @Override
      public void onHeaders(Metadata received) {
        if (listener != null) {
          listener.onHeaders(received);
        }
      }

      @Override
      public void onMessage(R message) {
        if (over) {
          return;
        }
        mail.add(message);
        deliver();
      }

      @Override
      public void onClose(Status status, Metadata trailers) {
        streams.remove(Stream.this);
        hangUp(status);
        if (!over && listener != null) {
          over = true;
          listener.onClose(status, trailers);
        }
      }
    }
  }
}
