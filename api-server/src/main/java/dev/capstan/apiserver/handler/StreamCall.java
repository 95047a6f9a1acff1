package dev.capstan.apiserver.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import io.grpc.ServerCall;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One streaming call: gRPC's callbacks on one side, a blocking endpoint on a thread of its own on
 * the other.
 */
final class StreamCall extends ServerCall.Listener<ByteString>
    implements ResponseStream, RequestStream {

  /**
   * Bytes that may wait for the client before it counts as not ready. gRPC's own 32 KiB are much
   * for thousands of clients that never read.
   */
  private static final int MOST_QUEUED = 8 * 1024;

  private final ServerCall<ByteString, ByteString> call;
  private final BoundMethod method;
  private final Call context;
  private final Serving serving;
  private final long start;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Queue<ByteString> requests = new ArrayDeque<>();
  private boolean halfClosed;
  private boolean cancelled;
  private boolean stopping;
  private boolean headersSent;
  private @Nullable Runnable wake;

  StreamCall(
      ServerCall<ByteString, ByteString> call,
      BoundMethod method,
      Call context,
      Serving serving,
      long start) {
    this.call = call;
    this.method = method;
    this.context = context;
    this.serving = serving;
    this.start = start;
  }

  /** Starts the endpoint; its requests come as they come. */
  void begin() {
    if (!serving.streams().add(this)) {
      serving.close(call, method, start, ApiErrors.unavailable("the server is stopping"));
      return;
    }
    call.setOnReadyThreshold(MOST_QUEUED);
    call.request(1);
    serving.seam().threads().start("stream " + method.name(), this::run);
  }

  private void run() {
    Throwable failure = null;
    try {
      talk();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = e;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      failure = e;
    }
    serving.streams().remove(this);
    serving.close(call, method, start, stopping() ? stopped() : failure);
  }

  private static RuntimeException stopped() {
    return ApiErrors.unavailable("the server is stopping: resume with another or later");
  }

  @SuppressWarnings("unchecked") // The prototype's type is the endpoint's.
  private void talk() throws InterruptedException {
    switch (method.endpoint()) {
      case Endpoint.Streaming<?> streaming -> {
        ByteString bytes = next();
        if (bytes == null) {
          throw ApiErrors.badRequest("", "the request is missing");
        }
        var request = serving.parser().parse(method.prototype(), bytes, context.clientVersion());
        serving.require(context, method, request);
        ((Endpoint.Streaming<Message>) streaming).stream(context, request, this);
      }
      case Endpoint.Bidirectional bidirectional -> {
        serving.require(context, method, method.prototype());
        bidirectional.talk(context, this, this);
      }
      case Endpoint.Unary<?> unary -> throw new IllegalStateException("not a stream");
      case Endpoint.Prompt<?> prompt -> throw new IllegalStateException("not a stream");
    }
  }

  /** Ends the call from the server's side. */
  void stop() {
    change(() -> stopping = true);
  }

  private boolean stopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  private void change(Runnable change) {
    Runnable toWake;
    lock.lock();
    try {
      change.run();
      changed.signalAll();
      toWake = wake;
    } finally {
      lock.unlock();
    }
    if (toWake != null) {
      toWake.run();
    }
  }

  @Override
  public void onMessage(ByteString message) {
    change(() -> requests.add(message));
  }

  @Override
  public void onHalfClose() {
    change(() -> halfClosed = true);
  }

  @Override
  public void onCancel() {
    change(() -> cancelled = true);
  }

  @Override
  public void onReady() {
    change(() -> {});
  }

  @Override
  public boolean isReady() {
    return call.isReady();
  }

  @Override
  public boolean isCancelled() {
    lock.lock();
    try {
      return cancelled || stopping;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void send(ByteString message) {
    if (isCancelled()) {
      return; // The writer finds out by itself; nobody reads this.
    }
    if (!headersSent) {
      headersSent = true;
      call.sendHeaders(serving.headers());
    }
    call.sendMessage(message);
  }

  @Override
  public boolean awaitReady() throws InterruptedException {
    lock.lock();
    try {
      while (!cancelled && !stopping && !call.isReady()) {
        changed.await();
      }
      return !cancelled && !stopping;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onChange(@Nullable Runnable newWake) {
    lock.lock();
    try {
      wake = newWake;
    } finally {
      lock.unlock();
    }
    if (newWake != null) {
      newWake.run(); // What changed before is not missed.
    }
  }

  @Override
  public @Nullable ByteString next() throws InterruptedException {
    lock.lock();
    try {
      while (requests.isEmpty() && !halfClosed && !cancelled && !stopping) {
        changed.await();
      }
      ByteString message = cancelled || stopping ? null : requests.poll();
      if (message != null) {
        call.request(1);
      }
      return message;
    } finally {
      lock.unlock();
    }
  }
}
