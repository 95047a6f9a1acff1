package dev.capstan.kvstore.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.capstan.seam.Clock;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchProgressRequest;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.MetadataUtils;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One gRPC stream with one watch on it, read by one thread. Asks for the next response when one is
 * taken, so that a slow reader holds the server up and not responses in memory.
 */
final class WatchStream implements ClientResponseObserver<WatchRequest, WatchResponse> {

  /** etcd's field 8, {@code bool fragment}: responses above 1.5 MiB may be sent in pieces. */
  private static final int FRAGMENT_FIELD = 8;

  /** A member that loses its leader ends the stream instead of falling silent. */
  private static final Metadata HAS_LEADER = new Metadata();

  static {
    HAS_LEADER.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
  }

  /** What was read. */
  sealed interface Item {
    record Response(WatchResponse response) implements Item {}

    /** The stream is over. */
    record Broken(String why) implements Item {}

    /** Woken, or the time is up. */
    record Nothing() implements Item {}
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<WatchResponse> inbox = new ArrayDeque<>();
  private final Clock clock;
  private @Nullable ClientCallStreamObserver<WatchRequest> requests;
  private @Nullable String broken;
  private boolean woken;

  WatchStream(Clock clock) {
    this.clock = clock;
  }

  /** Opens the stream and creates the watch. */
  void open(Channel channel, String prefix, long startRevision) {
    WatchGrpc.newStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(HAS_LEADER))
        .watch(this);
    ByteString first =
        prefix.isEmpty() ? ByteString.copyFrom(new byte[] {0}) : EtcdTxns.bytes(prefix);
    send(
        WatchRequest.newBuilder()
            .setCreateRequest(
                WatchCreateRequest.newBuilder()
                    .setKey(first)
                    .setRangeEnd(EtcdTxns.prefixEnd(prefix))
                    .setStartRevision(startRevision)
                    .setUnknownFields(fragments()))
            .build());
  }

  private static UnknownFieldSet fragments() {
    return UnknownFieldSet.newBuilder()
        .addField(FRAGMENT_FIELD, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
        .build();
  }

  void requestProgress() {
    send(
        WatchRequest.newBuilder()
            .setProgressRequest(WatchProgressRequest.getDefaultInstance())
            .build());
  }

  private void send(WatchRequest request) {
    ClientCallStreamObserver<WatchRequest> to = requests;
    if (to != null) {
      to.onNext(request);
    }
  }

  /**
   * The next response or the end.
   *
   * @param deadlineNanos until when to wait at most; null for as long as it takes
   */
  Item next(@Nullable Long deadlineNanos) throws InterruptedException {
    Item item = take(deadlineNanos);
    ClientCallStreamObserver<WatchRequest> from = requests;
    if (item instanceof Item.Response && from != null) {
      from.request(1);
    }
    return item;
  }

  private Item take(@Nullable Long deadlineNanos) throws InterruptedException {
    lock.lock();
    try {
      while (true) {
        if (!inbox.isEmpty()) {
          return new Item.Response(inbox.removeFirst());
        }
        if (broken != null) {
          return new Item.Broken(broken);
        }
        if (woken) {
          woken = false;
          return new Item.Nothing();
        }
        if (deadlineNanos == null) {
          changed.await();
        } else if (!clock.awaitUntil(lock, changed, deadlineNanos)) {
          return new Item.Nothing();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Makes {@link #next} return. */
  void wake() {
    change(() -> woken = true);
  }

  void cancel() {
    ClientCallStreamObserver<WatchRequest> call = requests;
    if (call != null) {
      call.cancel("watch closed", null);
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<WatchRequest> call) {
    requests = call;
    call.disableAutoRequestWithInitial(1);
  }

  @Override
  public void onNext(WatchResponse response) {
    change(() -> inbox.addLast(response));
  }

  @Override
  public void onError(Throwable failure) {
    // Not every UNAVAILABLE has a description.
    Status status = Status.fromThrowable(failure);
    String text = status.getDescription();
    change(() -> broken = status.getCode() + (text == null ? "" : ": " + text));
  }

  @Override
  public void onCompleted() {
    change(() -> broken = "ended by the server");
  }

  private void change(Runnable what) {
    lock.lock();
    try {
      what.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
