package dev.capstan.e2e.sim;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/** Collects a call until its request is there; only then is it known what becomes of it. */
abstract class HeldCall<Q, R> extends ClientCall<Q, R> {
  final Line line;
  final MethodDescriptor<Q, R> method;
  final CallOptions options;
  final Channel next;
  @Nullable Listener<R> listener;
  Metadata headers = new Metadata();
  @Nullable ClientCall<Q, R> real;
  int requested;
  boolean over;

  HeldCall(Line line, MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    this.line = line;
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
      line.executor(options).execute(() -> heard.onClose(status, new Metadata()));
    }
  }

  /** As by a reset of the connection. */
  void end() {
    close(Line.RESET);
    if (real != null) {
      real.cancel("reset", null);
    }
  }
}
