package dev.capstan.client.testing;

import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.AppsProto;
import dev.capstan.api.v1.BookmarkRequest;
import dev.capstan.api.v1.CoreProto;
import dev.capstan.api.v1.NodeProto;
import dev.capstan.api.v1.PodProto;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.ResourcesProto;
import dev.capstan.api.v1.WatchRequest;
import dev.capstan.api.v1.WriteResponse;
import dev.capstan.seam.Seam;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Binds the services of all kinds, and Resources, to a {@link FakeStore}. */
final class FakeServices {

  private final FakeApiServer server;
  private final FakeStore store;
  private final FakeCalls calls;
  private final Seam seam;
  private final Map<String, FakeWatch> watches = new LinkedHashMap<>();

  FakeServices(FakeApiServer server, FakeStore store, Refusals refusals, Seam seam) {
    this.server = server;
    this.store = store;
    this.calls = new FakeCalls(store, refusals);
    this.seam = seam;
  }

  List<ServerServiceDefinition> definitions() {
    List<ServerServiceDefinition> definitions = new ArrayList<>();
    for (FileDescriptor file :
        List.of(
            CoreProto.getDescriptor(),
            AppsProto.getDescriptor(),
            NodeProto.getDescriptor(),
            PodProto.getDescriptor(),
            ResourcesProto.getDescriptor())) {
      file.getServices().forEach(s -> definitions.add(define(s)));
    }
    return definitions;
  }

  private ServerServiceDefinition define(ServiceDescriptor service) {
    Optional<Kind> kind =
        store.kinds().kinds().stream()
            .filter(k -> service.findMethodByName("Get") != null)
            .filter(k -> service.findMethodByName("Get").getOutputType().equals(k.descriptor()))
            .findFirst();
    ServerServiceDefinition.Builder builder =
        ServerServiceDefinition.builder(service.getFullName());
    for (MethodDescriptor method : service.getMethods()) {
      if (!method.isClientStreaming()) {
        builder.addMethod(describe(service, method), handler(kind, method));
      }
    }
    return builder.build();
  }

  private static io.grpc.MethodDescriptor<byte[], byte[]> describe(
      ServiceDescriptor service, MethodDescriptor method) {
    return io.grpc.MethodDescriptor.newBuilder(Bytes.MARSHALLER, Bytes.MARSHALLER)
        .setFullMethodName(
            io.grpc.MethodDescriptor.generateFullMethodName(
                service.getFullName(), method.getName()))
        .setType(
            method.isServerStreaming()
                ? io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING
                : io.grpc.MethodDescriptor.MethodType.UNARY)
        .build();
  }

  private ServerCallHandler<byte[], byte[]> handler(Optional<Kind> kind, MethodDescriptor method) {
    if (method.isServerStreaming()) {
      return ServerCalls.asyncServerStreamingCall(
          (request, out) -> watch(kind, request, (ServerCallStreamObserver<byte[]>) out));
    }
    String name = method.getService().getName() + "/" + method.getName();
    return ServerCalls.asyncUnaryCall((request, out) -> unary(kind, name, request, out));
  }

  private void unary(Optional<Kind> kind, String name, byte[] request, StreamObserver<byte[]> out) {
    Optional<FakeApiServer.Fault> fault = server.fault(name);
    if (fault.equals(Optional.of(FakeApiServer.Fault.REFUSE))) {
      out.onError(FakeApiServer.lost());
      return;
    }
    store.lock.lock();
    try {
      byte[] response =
          name.equals("Resources/Bookmark")
              ? bookmark(request)
              : calls.call(kind, name.substring(name.indexOf('/') + 1), request);
      if (fault.equals(Optional.of(FakeApiServer.Fault.FORGET_LAST))) {
        response = withoutLast(response);
      } else if (fault.isPresent()) {
        out.onError(FakeApiServer.lost());
        return;
      }
      out.onNext(response);
      out.onCompleted();
    } catch (RuntimeException e) {
      out.onError(e);
    } catch (InvalidProtocolBufferException e) {
      out.onError(Status.INVALID_ARGUMENT.withCause(e).asRuntimeException());
    } finally {
      store.lock.unlock();
    }
  }

  private static byte[] withoutLast(byte[] response) throws InvalidProtocolBufferException {
    WriteResponse.Builder some = WriteResponse.parseFrom(response).toBuilder();
    return some.removeResults(some.getResultsCount() - 1).build().toByteArray();
  }

  private byte[] bookmark(byte[] request) throws InvalidProtocolBufferException {
    FakeWatch watch = watches.get(BookmarkRequest.parseFrom(request).getWatchId());
    if (watch == null) {
      throw Status.NOT_FOUND.withDescription("no such watch").asRuntimeException();
    }
    watch.orderBookmark();
    return calls.bookmark();
  }

  private void watch(Optional<Kind> kind, byte[] request, ServerCallStreamObserver<byte[]> out) {
    String id = "";
    String from;
    List<FakeSelector> selectors = new ArrayList<>();
    try {
      if (kind.isPresent()) {
        WatchRequest r = WatchRequest.parseFrom(request);
        from = r.getResourceVersion();
        selectors.add(
            FakeSelector.of(
                kind.get(), r.getNamespace(), r.getLabelSelector(), r.getFieldSelector()));
      } else {
        ResourceWatchRequest r = ResourceWatchRequest.parseFrom(request);
        from = r.getResourceVersion();
        id = r.getWatchId();
        r.getSelectorsList().forEach(s -> selectors.add(calls.selector(s)));
      }
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
    FakeWatch watch = new FakeWatch(store, selectors, from, out);
    server.opened(watch);
    String key = id;
    store.lock.lock();
    try {
      watches.put(key, watch);
    } finally {
      store.lock.unlock();
    }
    seam.threads().start("watch", () -> watch.run(server::ended));
  }
}
