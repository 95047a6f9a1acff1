package dev.capstan.ctl.golden;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.InfoResponse;
import dev.capstan.api.v1.ListMeta;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.LogChunk;
import dev.capstan.api.v1.LogPosition;
import dev.capstan.api.v1.LogsRequest;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.api.v1.ResourceWatchRequest;
import dev.capstan.api.v1.RollbackRequest;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.client.testing.Bytes;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Answers the API's calls out of a {@link FakeServer}; one handler for all methods, over bytes. */
final class FakeApi extends io.grpc.HandlerRegistry {

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> VERSION =
      Metadata.Key.of("capstan-version", Metadata.ASCII_STRING_MARSHALLER);

  private final FakeServer server;

  FakeApi(FakeServer server) {
    this.server = server;
  }

  @Override
  public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
    var method =
        io.grpc.MethodDescriptor.newBuilder(Bytes.MARSHALLER, Bytes.MARSHALLER)
            .setFullMethodName(name)
            .setType(io.grpc.MethodDescriptor.MethodType.UNKNOWN)
            .build();
    ServerCallHandler<byte[], byte[]> handler = (call, headers) -> start(name, call, headers);
    return ServerMethodDefinition.create(method, handler);
  }

  private ServerCall.Listener<byte[]> start(
      String name, ServerCall<byte[], byte[]> call, Metadata headers) {
    call.request(1);
    return new ServerCall.Listener<>() {
      @Override
      public void onMessage(byte[] request) {
        try {
          String token = headers.get(AUTHORIZATION);
          if (!server.token.isEmpty() && !("Bearer " + server.token).equals(token)) {
            throw ApiErrors.unauthenticated(token == null ? "no token" : "wrong token");
          }
          Metadata answer = new Metadata();
          answer.put(VERSION, server.version);
          call.sendHeaders(answer);
          synchronized (server) {
            answer(name, request, call::sendMessage);
          }
          call.close(Status.OK, new Metadata());
        } catch (StatusRuntimeException e) {
          Metadata trailers = e.getTrailers();
          call.close(e.getStatus(), trailers == null ? new Metadata() : trailers);
        } catch (InvalidProtocolBufferException e) {
          call.close(Status.INTERNAL.withDescription(e.toString()), new Metadata());
        }
      }
    };
  }

  private void answer(String name, byte[] request, Consumer<byte[]> out)
      throws InvalidProtocolBufferException {
    String service = name.substring(name.lastIndexOf('.') + 1, name.indexOf('/'));
    String method = name.substring(name.indexOf('/') + 1);
    switch (service + "." + method) {
      case "Cluster.Info" -> out.accept(info().toByteArray());
      case "Pods.Logs" -> logs(LogsRequest.parseFrom(request), out);
      case "Deployments.Rollback" ->
          out.accept(rollBack(RollbackRequest.parseFrom(request)).toByteArray());
      case "Resources.Watch" -> watch(ResourceWatchRequest.parseFrom(request), out);
      default -> {
        Kind kind = kind(service);
        if (method.equals("Watch")) {
          watch(kind, out);
        } else {
          out.accept(unary(kind, service, method, request));
        }
      }
    }
  }

  private Kind kind(String service) {
    return server.kinds.kinds().stream()
        .filter(k -> (k.name() + "s").equals(service))
        .findFirst()
        .orElseThrow(Status.UNIMPLEMENTED::asRuntimeException);
  }

  private byte[] unary(Kind kind, String service, String method, byte[] request)
      throws InvalidProtocolBufferException {
    return switch (method) {
      case "Get" -> {
        GetRequest get = GetRequest.parseFrom(request);
        yield server.get(kind, get.getNamespace(), get.getName()).toByteArray();
      }
      case "List" -> list(server.list(kind, ListRequest.parseFrom(request)));
      case "Patch" -> server.patch(kind, PatchRequest.parseFrom(request)).toByteArray();
      case "Delete" -> server.delete(kind, DeleteRequest.parseFrom(request)).toByteArray();
      default -> {
        DynamicMessage write = DynamicMessage.parseFrom(input(kind, service, method), request);
        Message object = FakeServer.object(kind, write);
        boolean dryRun = isDryRun(write);
        yield (method.equals("Create")
                ? server.create(kind, object, dryRun)
                : server.update(kind, object, dryRun))
            .toByteArray();
      }
    };
  }

  private static boolean isDryRun(DynamicMessage write) {
    Message options =
        (Message) write.getField(write.getDescriptorForType().findFieldByName("options"));
    return (boolean) options.getField(options.getDescriptorForType().findFieldByName("dry_run"));
  }

  private static com.google.protobuf.Descriptors.Descriptor input(
      Kind kind, String service, String method) {
    ServiceDescriptor s = kind.descriptor().getFile().findServiceByName(service);
    MethodDescriptor m = s.findMethodByName(method);
    return m.getInputType();
  }

  private byte[] list(List<Message> items) {
    ListMeta meta = ListMeta.newBuilder().setResourceVersion(server.resourceVersion()).build();
    UnknownFieldSet.Field.Builder list = UnknownFieldSet.Field.newBuilder();
    items.forEach(i -> list.addLengthDelimited(i.toByteString()));
    return UnknownFieldSet.newBuilder()
        .addField(
            1, UnknownFieldSet.Field.newBuilder().addLengthDelimited(meta.toByteString()).build())
        .addField(2, list.build())
        .build()
        .toByteArray();
  }

  private InfoResponse info() {
    return InfoResponse.newBuilder()
        .setVersion(server.version)
        .setClusterName("local")
        .setClusterId("00000000-0000-4000-8000-00000000c1d0")
        .setStore("memory")
        .setJavaVersion("25")
        .setGitCommit("1d47e98a2b3c")
        .build();
  }

  private void logs(LogsRequest request, Consumer<byte[]> out) {
    String key = (request.getPrevious() ? "previous " : "") + request.getName();
    String text = server.logs.get(key);
    if (text == null) {
      throw ApiErrors.badRequest(
          "",
          "container \""
              + request.getContainer()
              + "\" in pod \""
              + request.getName()
              + "\" has no "
              + (request.getPrevious() ? "previous " : "")
              + "log");
    }
    List<String> lines = new ArrayList<>(text.lines().toList());
    if (request.hasTailLines() && lines.size() > request.getTailLines()) {
      lines = lines.subList(lines.size() - (int) request.getTailLines(), lines.size());
    }
    for (int i = (int) request.getAfter().getPieces(); i < lines.size(); i++) {
      if (request.getFollow() && server.logLinesUntilCut-- == 0) {
        throw ApiErrors.unavailable("the connection to the node was lost");
      }
      String time = request.getTimestamps() ? FakeServer.NOW + " " : "";
      out.accept(
          LogChunk.newBuilder()
              .setData(ByteString.copyFromUtf8(time + lines.get(i) + "\n"))
              .setPosition(LogPosition.newBuilder().setPieces(i + 1))
              .build()
              .toByteArray());
    }
  }

  private Message rollBack(RollbackRequest request) {
    Kind kind = server.kinds.require("Deployment");
    Deployment d = (Deployment) server.get(kind, request.getNamespace(), request.getName());
    long current =
        Long.parseLong(
            d.getMetadata().getAnnotationsOrDefault("deployment.kubernetes.io/revision", "1"));
    long wanted = request.getToRevision() == 0 ? current - 1 : request.getToRevision();
    for (Message m :
        server.list(
            server.kinds.require("ReplicaSet"),
            ListRequest.newBuilder().setNamespace(request.getNamespace()).build())) {
      ReplicaSet rs = (ReplicaSet) m;
      String revision =
          rs.getMetadata().getAnnotationsOrDefault("deployment.kubernetes.io/revision", "");
      if (revision.equals(Long.toString(wanted))) {
        if (rs.getSpec().getTemplate().equals(d.getSpec().getTemplate())) {
          throw ApiErrors.error(
              com.google.rpc.Code.ALREADY_EXISTS,
              "AlreadyExists",
              "skipped rollback (current template already matches revision " + wanted + ")");
        }
        Deployment.Builder b = d.toBuilder();
        b.getSpecBuilder().setTemplate(rs.getSpec().getTemplate());
        return request.getOptions().getDryRun() ? b.build() : server.put(kind, b.build());
      }
    }
    throw ApiErrors.error(
        com.google.rpc.Code.NOT_FOUND,
        "NotFound",
        "no rollout history found for deployment \"" + request.getName() + "\"");
  }

  private void watch(Kind kind, Consumer<byte[]> out) {
    if (!server.missed.isEmpty() && server.script.isEmpty()) {
      server.missed.forEach(server::happen);
      server.missed.clear();
      throw ApiErrors.compacted("2", "3");
    }
    for (FakeServer.Pending p : List.copyOf(server.script)) {
      server.script.remove(p);
      WatchFrame frame = server.happen(p);
      if (p.kind().equals(kind)) {
        out.accept(frame.toByteArray());
      }
    }
    throw ApiErrors.unavailable("the server is shutting down");
  }

  private void watch(ResourceWatchRequest request, Consumer<byte[]> out) {
    WatchFrame.Builder initial = WatchFrame.newBuilder().setInitial(true);
    for (ResourceSelector s : request.getSelectorsList()) {
      Kind kind = server.kinds.require(s.getKind());
      ListRequest list =
          ListRequest.newBuilder()
              .setNamespace(s.getNamespace())
              .setFieldSelector(s.getFieldSelector())
              .build();
      server.list(kind, list).forEach(o -> initial.addEvents(FakeServer.event("ADDED", kind, o)));
    }
    out.accept(initial.setResourceVersion(server.resourceVersion()).build().toByteArray());
    for (FakeServer.Pending p : List.copyOf(server.script)) {
      server.script.remove(p);
      out.accept(server.happen(p).toByteArray());
    }
    throw ApiErrors.unavailable("the server is shutting down");
  }
}
