package dev.capstan.kubelet.session;

import com.google.protobuf.ByteString;
import com.google.rpc.Status;
import dev.capstan.api.v1.LogPosition;
import dev.capstan.api.v1.NodeSessionsGrpc;
import dev.capstan.api.v1.SessionDownstream;
import dev.capstan.api.v1.SessionUpstream;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The kubelet's end of one session's stream: bytes go up, as fast as the other end takes them. */
final class SessionUplink implements LogSession.Output, AutoCloseable {

  /** Pieces are cut to this size: large ones would delay what shares the connection. */
  private static final int CHUNK = 32 * 1024;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Runnable cancelled;
  private @Nullable ClientCallStreamObserver<SessionUpstream> up;
  private boolean over;
  private boolean ended;

  private SessionUplink(Runnable cancelled) {
    this.cancelled = cancelled;
  }

  /**
   * Opens the stream and names the session.
   *
   * @param cancelled run once when the other end wants no more
   */
  static SessionUplink open(Channel channel, String sessionId, Runnable cancelled) {
    SessionUplink uplink = new SessionUplink(cancelled);
    ClientCalls.asyncBidiStreamingCall(
        channel.newCall(NodeSessionsGrpc.getOpenMethod(), CallOptions.DEFAULT),
        uplink.new Observer());
    uplink.send(SessionUpstream.newBuilder().setSessionId(sessionId).build());
    return uplink;
  }

  /**
   * Sends some bytes of a log; waits while the other end is slow.
   *
   * @param place after all of them; null if there is none
   * @return false once the other end wants no more
   */
  @Override
  public boolean write(byte[] bytes, @Nullable LogPosition place) throws InterruptedException {
    int from = 0;
    do {
      if (!awaitReady()) {
        return false;
      }
      int size = Math.min(CHUNK, bytes.length - from);
      SessionUpstream.Builder message =
          SessionUpstream.newBuilder().setData(ByteString.copyFrom(bytes, from, size));
      from += size;
      if (place != null && from == bytes.length) {
        message.setLogPosition(place);
      }
      send(message.build());
    } while (from < bytes.length);
    return !isOver();
  }

  @Override
  public boolean tell(String notice) throws InterruptedException {
    if (awaitReady()) {
      send(SessionUpstream.newBuilder().setData(ByteString.EMPTY).setLogNotice(notice).build());
    }
    return !isOver();
  }

  /** Says how the session ended. */
  void end(Status status) {
    if (isOver()) {
      return;
    }
    send(SessionUpstream.newBuilder().setEnd(status).build());
    ClientCallStreamObserver<SessionUpstream> stream = up;
    if (stream != null) {
      stream.onCompleted();
    }
    ended = true;
  }

  private void send(SessionUpstream message) {
    ClientCallStreamObserver<SessionUpstream> stream = up;
    if (stream != null) {
      stream.onNext(message);
    }
  }

  private boolean awaitReady() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!over && (up == null || !up.isReady())) {
        changed.await();
      }
      return !over;
    } finally {
      lock.unlock();
    }
  }

  private boolean isOver() {
    lock.lock();
    try {
      return over;
    } finally {
      lock.unlock();
    }
  }

  private void over() {
    boolean first;
    lock.lock();
    try {
      first = !over;
      over = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (first) {
      cancelled.run();
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Breaks the stream off unless it was ended: what was sent before is on its way and must not be
   * lost.
   */
  @Override
  public void close() {
    ClientCallStreamObserver<SessionUpstream> stream = up;
    if (stream != null && !ended && !isOver()) {
      stream.cancel("the kubelet stops", null);
    }
  }

  private final class Observer
      implements ClientResponseObserver<SessionUpstream, SessionDownstream> {

    @Override
    public void beforeStart(ClientCallStreamObserver<SessionUpstream> stream) {
      up = stream;
      stream.setOnReadyHandler(SessionUplink.this::wake);
    }

    @Override
    public void onNext(SessionDownstream message) {
      if (message.getCancel()) {
        over();
      }
    }

    @Override
    public void onError(Throwable error) {
      over();
    }

    @Override
    public void onCompleted() {
      over();
    }
  }
}
