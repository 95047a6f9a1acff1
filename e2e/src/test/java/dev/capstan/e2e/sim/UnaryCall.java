package dev.capstan.e2e.sim;

import dev.capstan.api.ApiErrors;
import dev.capstan.e2e.sim.scenario.Argument;
import dev.capstan.e2e.sim.scenario.Step;
import dev.capstan.e2e.sim.scenario.Verb;
import dev.capstan.seam.Seam;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A call with one answer, and what can become of either. */
final class UnaryCall<Q, R> extends HeldCall<Q, R> {
  private static final Duration GIVE_UP = Duration.ofSeconds(1);

  private Traffic.@Nullable Call call;

  UnaryCall(Line line, MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    super(line, method, options, next);
  }

  @Override
  void close(Status status) {
    line.closed(this);
    if (!over && call != null) {
      line.traffic().ended(call, status, "");
    }
    super.close(status);
  }

  @Override
  public void sendMessage(Q request) {
    Traffic.Call made = line.traffic().began(line.client(), method, request, headers);
    call = made;
    line.opened(this);
    Status refusal = line.isCut() ? null : line.refusal(made);
    if (refusal != null) {
      pretendSent(options);
      close(refusal);
      return;
    }
    Step fault = line.isCut() ? null : line.strike(made);
    if (line.isCut()) {
      pretendSent(options);
      later(GIVE_UP, () -> close(Line.RESET));
    } else if (fault == null) {
      go(new Answer(made, null), request);
    } else {
      suffer(fault, made, request);
    }
  }

  private void suffer(Step fault, Traffic.Call made, Q request) {
    switch (fault.verb()) {
      case CALL_REFUSED -> close(Line.REFUSED);
      case REQUEST_LOST -> {
        pretendSent(options);
        close(Line.RESET);
      }
      case REPLY_LOST -> go(new Answer(made, fault), request);
      case REQUEST_LATE -> {
        pretendSent(options);
        line.world().after(fault.time(Argument.FOR), () -> send(request, new Nobody<>()));
        close(Line.RESET);
      }
      case CALL_HELD -> arriveLate(fault, made, request);
      case SLEEP_IN_CALL -> {
        line.owner().sleep(fault.time(Argument.FOR));
        arriveLate(fault, made, request);
      }
      case CRASH_IN_CALL -> {
        if (fault.text(Argument.MOMENT).equals("before")) {
          line.owner().crash(fault.time(Argument.FOR));
          neverGoOn();
        }
        go(new Answer(made, fault), request);
      }
      default -> throw new IllegalStateException(fault.toString());
    }
  }

  private void later(Duration time, Runnable action) {
    Seam seam = line.owner().seam();
    seam.threads().start("network", () -> sleepAnd(seam, time, action));
  }

  /** Its caller waits for it, but no longer than it wants to. */
  private void arriveLate(Step fault, Traffic.Call made, Q request) {
    pretendSent(options);
    Deadline deadline = options.getDeadline();
    if (deadline != null) {
      long left = Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS));
      later(Duration.ofNanos(left), () -> close(Status.DEADLINE_EXCEEDED));
    }
    Runnable arrives = () -> send(request, new LateAnswer(made));
    fault
        .find(Argument.UNTIL)
        .ifPresentOrElse(
            until -> hold(fault, until, made, arrives),
            () -> line.world().after(fault.time(Argument.FOR), arrives));
  }

  /** It arrives when something has happened to what it is about. */
  private void hold(Step fault, String until, Traffic.Call made, Runnable arrives) {
    Set<String> keys = made.about(fault.find(Argument.CALL).orElse(""));
    line.observer().note("! " + fault.verb().word() + " of " + line.client() + " about " + keys);
    line.holds().add(keys, until, fault.time(Argument.FOR), arrives);
  }

  /** The request has wandered about in the network; its sender may be long dead. */
  private void send(Q request, ClientCall.Listener<R> heard) {
    Metadata copy = new Metadata();
    copy.merge(headers);
    CallOptions plain = CallOptions.DEFAULT.withExecutor(line.world().seam().threads().executor());
    ClientCall<Q, R> late = next.newCall(method, plain);
    late.start(heard, copy);
    late.request(1);
    late.sendMessage(request);
    late.halfClose();
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
        line.owner().crash(fault.time(Argument.FOR));
        neverGoOn();
      }
      over = true;
      line.closed(UnaryCall.this);
      boolean lost = fault != null || line.isCut();
      String reason = lost ? "" : ApiErrors.reason(status.asRuntimeException(trailers));
      line.traffic().ended(made, lost ? Line.RESET : status, reason);
      if (listener == null) {
        return;
      }
      if (lost) {
        listener.onClose(Line.RESET, new Metadata());
        return;
      }
      if (message != null) {
        listener.onMessage(message);
      }
      listener.onClose(status, trailers);
    }
  }

  /** Hears what the server says to a request that came late, if anybody still waits for it. */
  private final class LateAnswer extends ClientCall.Listener<R> {
    private final Traffic.Call made;
    private @Nullable R message;

    LateAnswer(Traffic.Call made) {
      this.made = made;
    }

    @Override
    public void onMessage(R received) {
      message = received;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      if (!over) {
        line.executor(options).execute(() -> tell(status, trailers));
      }
    }

    /** On a thread of the client's: it may be dead, or stand still. */
    private void tell(Status status, Metadata trailers) {
      Listener<R> heard = listener;
      if (over || heard == null) {
        return;
      }
      over = true;
      line.closed(UnaryCall.this);
      Status arrived = line.isCut() ? Line.RESET : status;
      String reason = line.isCut() ? "" : ApiErrors.reason(status.asRuntimeException(trailers));
      line.traffic().ended(made, arrived, reason);
      if (arrived.isOk() && message != null) {
        heard.onMessage(message);
      }
      heard.onClose(arrived, trailers);
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

  private static final class Nobody<R> extends ClientCall.Listener<R> {}
}
