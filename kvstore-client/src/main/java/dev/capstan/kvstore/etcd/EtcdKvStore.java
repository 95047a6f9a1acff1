package dev.capstan.kvstore.etcd;

import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.capstan.kvstore.Group;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.seam.Seam;
import dev.capstan.seam.Threads;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.Context;
import io.grpc.Status;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * etcd from 3.5.13 on, through the stubs of jetcd-grpc.
 *
 * <p>jetcd's own client is not between: its calls cannot be cancelled, it leaves reconnecting to a
 * back-off of up to two minutes that only a channel's owner can cut short, and its watch loses
 * events (see {@link EtcdWatch}). Nothing is retried here; see {@link
 * dev.capstan.kvstore.GroupCommit} for what becomes of a write without an answer.
 */
public final class EtcdKvStore implements KvStore {

  /** The cheapest consistent read. */
  private static final RangeRequest HEAD = new RangeRequest("\0", "", 1, 0, true);

  private final Seam seam;
  private final EtcdOptions options;
  private final EtcdChannels channels;
  private final EtcdCalls calls;
  private final EtcdPatience patience;
  private final EtcdMaintenance maintenance;
  private final KVGrpc.KVFutureStub kv;
  private final String version;
  private final Queue<EtcdWatch> watches = new ConcurrentLinkedQueue<>();
  private final AtomicLong highest = new AtomicLong();
  private final EtcdRevisions revisions =
      new EtcdRevisions() {
        @Override
        public long head() {
          return EtcdKvStore.this.head();
        }

        @Override
        public long highestSeen() {
          return highest.get();
        }
      };

  /** As {@link #EtcdKvStore(EtcdOptions, Seam)}, with default options. */
  public EtcdKvStore(List<String> endpoints, Seam seam) {
    this(EtcdOptions.of(endpoints), seam);
  }

  /**
   * Connects and checks the version of every member that answers.
   *
   * @throws StoreException.Unusable a member is too old
   * @throws StoreException.Unavailable no member answers
   */
  public EtcdKvStore(EtcdOptions options, Seam seam) {
    this.seam = seam;
    this.options = options;
    this.channels = new EtcdChannels(options, seam);
    this.calls = new EtcdCalls(seam.clock());
    this.patience = new EtcdPatience(seam, options.callTimeout());
    this.maintenance = new EtcdMaintenance(options, channels, calls, seam.clock());
    this.kv = KVGrpc.newFutureStub(channels.any());
    try {
      this.version = maintenance.checkVersions();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public GetResult get(String key) {
    var request = io.etcd.jetcd.api.RangeRequest.newBuilder().setKey(EtcdTxns.bytes(key)).build();
    RangeResponse response = call(kv.range(request), false);
    Entry entry = response.getKvsCount() == 0 ? null : EtcdTxns.entry(response.getKvs(0));
    return new GetResult(seen(response.getHeader()), entry);
  }

  @Override
  public CompletableFuture<Long> revision() {
    CompletableFuture<Long> promise = new CompletableFuture<>();
    ListenableFuture<RangeResponse> call = start(() -> kv.range(EtcdRanges.request(HEAD)));
    call.addListener(
        () -> answer(promise, call, response -> seen(response.getHeader()), false),
        MoreExecutors.directExecutor());
    var unused = promise.whenComplete((revision, failure) -> giveUp(call));
    return promise;
  }

  /**
   * Starts a call that is no part of the one being served, if one is: when that is cancelled others
   * want the answer.
   */
  private static <T> ListenableFuture<T> start(Supplier<ListenableFuture<T>> call) {
    Context before = Context.ROOT.attach();
    try {
      return call.get();
    } finally {
      Context.ROOT.detach(before);
    }
  }

  /** Does nothing to a call that has been answered. */
  private void giveUp(ListenableFuture<?> call) {
    if (call.cancel(true)) {
      channels.reconnect();
    }
  }

  @Override
  public RangeResult range(RangeRequest request) {
    RangeResponse response;
    try {
      response = calls.await(kv.range(EtcdRanges.request(request)), options.callTimeout(), false);
    } catch (ExecutionException e) {
      throw readFailed(request, e.getCause());
    } catch (StoreException.Unavailable e) {
      channels.reconnect();
      throw e;
    }
    seen(response.getHeader());
    return EtcdRanges.result(request, response);
  }

  private StoreException readFailed(RangeRequest request, @Nullable Throwable cause) {
    if (cause != null && EtcdErrors.isCompacted(cause)) {
      // etcd does not say from where on it could be read: certainly not below the next.
      return new StoreException.Compacted(request.atRevision() + 1);
    }
    if (cause != null && EtcdErrors.isFuture(cause)) {
      return new StoreException.Future(request.atRevision(), head());
    }
    return failed(cause, false);
  }

  private long seen(ResponseHeader header) {
    highest.accumulateAndGet(header.getRevision(), Math::max);
    return header.getRevision();
  }

  /** The store's revision by a consistent read. */
  private long head() {
    return range(HEAD).revision();
  }

  @Override
  public CommitResult commit(Group group) {
    return result(group, call(kv.txn(EtcdTxns.request(group)), true));
  }

  private CommitResult result(Group group, TxnResponse response) {
    seen(response.getHeader());
    return EtcdTxns.result(group, response);
  }

  @Override
  public CompletableFuture<CommitResult> submit(Group group, Threads threads) {
    CompletableFuture<CommitResult> promise = new CompletableFuture<>();
    ListenableFuture<TxnResponse> call = start(() -> kv.txn(EtcdTxns.request(group)));
    EtcdPatience.Patient patient = patience.with(call);
    call.addListener(
        () -> {
          patient.answered();
          answer(promise, call, response -> result(group, response), true);
        },
        MoreExecutors.directExecutor());
    return promise;
  }

  private <T, R> void answer(
      CompletableFuture<R> promise, ListenableFuture<T> call, Function<T, R> read, boolean write) {
    try {
      promise.complete(read.apply(Futures.getDone(call)));
    } catch (ExecutionException e) {
      promise.completeExceptionally(failed(e.getCause(), write));
    } catch (CancellationException e) {
      // Given up, by who asked or for want of an answer.
      Status late = Status.DEADLINE_EXCEEDED.withDescription("no answer in time");
      promise.completeExceptionally(failed(late.withCause(e).asRuntimeException(), write));
    } catch (Throwable e) { // Whatever it is: somebody waits for an end of this.
      promise.completeExceptionally(e);
    }
  }

  @Override
  public Watch watch(String prefix, long afterRevision, WatchListener listener) {
    EtcdWatch watch =
        new EtcdWatch(channels, seam, prefix, afterRevision, listener, revisions, watches::remove);
    watches.add(watch);
    watch.start();
    return watch;
  }

  @Override
  public void compact(long revision) {
    // Physical: answered when it is done, so that size() afterwards shows it.
    var request = CompactionRequest.newBuilder().setRevision(revision).setPhysical(true).build();
    try {
      calls.await(kv.compact(request), options.maintenanceTimeout(), true);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause != null && EtcdErrors.isCompacted(cause)) {
        return; // By another server, or by ourselves in a call whose answer was lost.
      }
      if (cause != null && EtcdErrors.isFuture(cause)) {
        throw new StoreException.Future(revision, head());
      }
      throw failed(cause, true);
    }
  }

  private <T> T call(ListenableFuture<T> call, boolean write) {
    try {
      return calls.await(call, options.callTimeout(), write);
    } catch (ExecutionException e) {
      throw failed(e.getCause(), write);
    } catch (StoreException.Unavailable | StoreException.UnknownOutcome e) {
      channels.reconnect();
      throw e;
    }
  }

  private StoreException failed(@Nullable Throwable cause, boolean write) {
    StoreException failure =
        EtcdErrors.classify(cause == null ? new IllegalStateException("no cause") : cause, write);
    if (failure instanceof StoreException.Unavailable
        || failure instanceof StoreException.UnknownOutcome) {
      channels.reconnect();
    }
    return failure;
  }

  @Override
  public Size size() {
    return maintenance.size();
  }

  @Override
  public void reclaim() {
    maintenance.reclaim();
  }

  @Override
  public String describe() {
    return "etcd " + version + " at " + String.join(",", options.endpoints());
  }

  @Override
  public void close() {
    watches.forEach(EtcdWatch::close);
    channels.close();
  }
}
