package dev.capstan.e2e.sim;

import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.e2e.sim.check.StreamLog;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A stream whose messages can be late and which can break. */
final class StreamCall<Q, R> extends HeldCall<Q, R> {
  private final List<R> mail = new ArrayList<>();
  private @Nullable StreamLog watch;

  StreamCall(Line line, MethodDescriptor<Q, R> method, CallOptions options, Channel next) {
    super(line, method, options, next);
  }

  @Override
  public void sendMessage(Q request) {
    if (real != null) {
      real.sendMessage(request);
      return;
    }
    if (line.isAway()) {
      close(Line.REFUSED);
      return;
    }
    if (request instanceof ResourceWatchRequest wanted) {
      if (!wanted.getResourceVersion().isEmpty() && line.refusesToResume()) {
        close(Status.OUT_OF_RANGE.withDescription("compacted: list again"));
        return;
      }
      watch = line.observer().opened(line.client(), method.getFullMethodName(), wanted);
    }
    line.opened(this);
    go(new Mail(), request);
  }

  @Override
  void close(Status status) {
    line.closed(this);
    hangUp(status);
    super.close(status);
  }

  private void hangUp(Status status) {
    if (watch != null && !over) {
      watch.ended(status, line.now());
    }
  }

  boolean isWatch() {
    return watch != null;
  }

  void die() {
    hangUp(Line.RESET);
    over = true;
    if (real != null) {
      real.cancel("the client is dead", null);
    }
  }

  /** Hands over what was held back. */
  void deliver() {
    while (!mail.isEmpty() && !line.lagging() && !over) {
      hand(mail.removeFirst());
    }
  }

  private void hand(R message) {
    R shown = message;
    if (message instanceof WatchFrame frame && watch != null) {
      watch.frame(frame, line.now());
      shown = sameType(line.shown(frame));
    }
    if (listener != null) {
      listener.onMessage(shown);
    }
  }

  @SuppressWarnings("unchecked") // The responses of this call are frames.
  private R sameType(WatchFrame frame) {
    return (R) frame;
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
      line.closed(StreamCall.this);
      hangUp(status);
      if (!over && listener != null) {
        over = true;
        listener.onClose(status, trailers);
      }
    }
  }
}
