package dev.capstan.kvstore.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.ResponseHeader;
import io.etcd.jetcd.api.StatusRequest;
import io.etcd.jetcd.api.StatusResponse;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server that speaks enough of etcd to misbehave as etcd and networks do. */
final class FakeEtcd implements AutoCloseable {

  /** What a watch stream does. */
  interface Script {
    void run(FakeEtcd etcd, long startRevision, StreamObserver<WatchResponse> to);
  }

  private final Server server;
  private final List<Event> events = new ArrayList<>();
  private final ArrayDeque<Script> scripts = new ArrayDeque<>();
  private final List<Long> starts = new CopyOnWriteArrayList<>();
  private volatile String version = "3.5.16";
  private long head = 1;

  FakeEtcd() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(new Watches())
            .addService(new Calls())
            .addService(new Maintenance())
            .build()
            .start();
  }

  String endpoint() {
    return "127.0.0.1:" + server.getPort();
  }

  void version(String told) {
    version = told;
  }

  /** The next streams run these, in order; those after them behave. */
  synchronized void script(Script... next) {
    scripts.addAll(List.of(next));
  }

  /** Start revisions of all watches created so far. */
  List<Long> starts() {
    return starts;
  }

  /** Adds a revision that writes these keys. */
  synchronized long put(String value, String... keys) {
    head++;
    for (String key : keys) {
      KeyValue kv =
          KeyValue.newBuilder()
              .setKey(ByteString.copyFromUtf8(key))
              .setValue(ByteString.copyFromUtf8(value))
              .setCreateRevision(head)
              .setModRevision(head)
              .setVersion(1)
              .build();
      events.add(Event.newBuilder().setType(Event.EventType.PUT).setKv(kv).build());
    }
    return head;
  }

  synchronized ResponseHeader header() {
    return ResponseHeader.newBuilder().setRevision(head).build();
  }

  synchronized List<Event> since(long revision) {
    return events.stream().filter(e -> e.getKv().getModRevision() >= revision).toList();
  }

  private synchronized Script nextScript() {
    Script next = scripts.poll();
    return next == null ? FakeEtcd::behave : next;
  }

  void created(StreamObserver<WatchResponse> to) {
    to.onNext(WatchResponse.newBuilder().setHeader(header()).setCreated(true).build());
  }

  void send(List<Event> some, boolean fragment, StreamObserver<WatchResponse> to) {
    WatchResponse.Builder response =
        WatchResponse.newBuilder().setHeader(header()).addAllEvents(some);
    if (fragment) {
      response.setUnknownFields(
          UnknownFieldSet.newBuilder()
              .addField(7, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
              .build());
    }
    to.onNext(response.build());
  }

  /** All that was asked for, in one response. */
  static void behave(FakeEtcd etcd, long start, StreamObserver<WatchResponse> to) {
    etcd.created(to);
    List<Event> backlog = etcd.since(start);
    if (!backlog.isEmpty()) {
      etcd.send(backlog, false, to);
    }
  }

  private final class Watches extends WatchGrpc.WatchImplBase {
    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> to) {
      return new StreamObserver<>() {
        @Override
        public void onNext(WatchRequest request) {
          if (request.hasCreateRequest()) {
            long start = request.getCreateRequest().getStartRevision();
            starts.add(start);
            nextScript().run(FakeEtcd.this, start, to);
          } else if (request.hasProgressRequest()) {
            to.onNext(WatchResponse.newBuilder().setHeader(header()).setWatchId(-1).build());
          }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          to.onCompleted();
        }
      };
    }
  }

  /** Answers reads and no write. */
  private final class Calls extends KVGrpc.KVImplBase {
    @Override
    public void range(RangeRequest request, StreamObserver<RangeResponse> to) {
      to.onNext(RangeResponse.newBuilder().setHeader(header()).build());
      to.onCompleted();
    }

    @Override
    public void txn(TxnRequest request, StreamObserver<TxnResponse> to) {}
  }

  private final class Maintenance extends MaintenanceGrpc.MaintenanceImplBase {
    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> to) {
      if (version.isEmpty()) {
        to.onError(Status.UNAVAILABLE.asRuntimeException());
        return;
      }
      to.onNext(StatusResponse.newBuilder().setHeader(header()).setVersion(version).build());
      to.onCompleted();
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
