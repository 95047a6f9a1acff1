package dev.capstan.e2e.api;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A client that knows nothing of Capstan but what the server says of itself. */
final class ReflectedApi {

  private final Channel channel;
  private final Map<String, FileDescriptor> files = new LinkedHashMap<>();

  ReflectedApi(Channel channel) {
    this.channel = channel;
  }

  /** Names of the server's services. */
  List<String> services() throws InterruptedException {
    ServerReflectionRequest all = ServerReflectionRequest.newBuilder().setListServices("*").build();
    return ask(all).getListServicesResponse().getServiceList().stream()
        .map(s -> s.getName())
        .toList();
  }

  /** Makes a unary call; the request is in protobuf's text form. */
  DynamicMessage call(String service, String method, String request)
      throws InterruptedException, TextFormat.ParseException {
    MethodDescriptor reflected = find(service, method);
    DynamicMessage.Builder message = DynamicMessage.newBuilder(reflected.getInputType());
    TextFormat.merge(request, message);
    io.grpc.MethodDescriptor<DynamicMessage, DynamicMessage> grpc =
        io.grpc.MethodDescriptor.newBuilder(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(reflected.getInputType())),
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(reflected.getOutputType())))
            .setType(io.grpc.MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(service + "/" + method)
            .build();
    return ClientCalls.blockingUnaryCall(channel, grpc, CallOptions.DEFAULT, message.build());
  }

  private MethodDescriptor find(String service, String method) throws InterruptedException {
    ServerReflectionRequest symbol =
        ServerReflectionRequest.newBuilder().setFileContainingSymbol(service).build();
    for (FileDescriptor file : load(symbol)) {
      var found = file.findServiceByName(service.substring(service.lastIndexOf('.') + 1));
      if (found != null && found.getFullName().equals(service)) {
        return Objects.requireNonNull(found.findMethodByName(method));
      }
    }
    throw new IllegalArgumentException(service);
  }

  private List<FileDescriptor> load(ServerReflectionRequest request) throws InterruptedException {
    List<FileDescriptor> loaded = new ArrayList<>();
    for (ByteString bytes : ask(request).getFileDescriptorResponse().getFileDescriptorProtoList()) {
      try {
        loaded.add(link(FileDescriptorProto.parseFrom(bytes)));
      } catch (InvalidProtocolBufferException | DescriptorValidationException e) {
        throw new IllegalStateException(e);
      }
    }
    return loaded;
  }

  private FileDescriptor link(FileDescriptorProto proto)
      throws DescriptorValidationException, InterruptedException {
    FileDescriptor known = files.get(proto.getName());
    if (known != null) {
      return known;
    }
    List<FileDescriptor> needs = new ArrayList<>();
    for (String name : proto.getDependencyList()) {
      FileDescriptor file = files.get(name);
      needs.add(
          file != null
              ? file
              : load(ServerReflectionRequest.newBuilder().setFileByFilename(name).build())
                  .getFirst());
    }
    FileDescriptor linked = FileDescriptor.buildFrom(proto, needs.toArray(new FileDescriptor[0]));
    files.put(proto.getName(), linked);
    return linked;
  }

  private ServerReflectionResponse ask(ServerReflectionRequest request)
      throws InterruptedException {
    CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
    StreamObserver<ServerReflectionRequest> questions =
        ServerReflectionGrpc.newStub(channel).serverReflectionInfo(new First(answer));
    questions.onNext(request);
    questions.onCompleted();
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private record First(CompletableFuture<ServerReflectionResponse> answer)
      implements StreamObserver<ServerReflectionResponse> {

    @Override
    public void onNext(ServerReflectionResponse response) {
      answer.complete(response);
    }

    @Override
    public void onError(Throwable error) {
      answer.completeExceptionally(error);
    }

    @Override
    public void onCompleted() {
      answer.completeExceptionally(new IllegalStateException("no answer"));
    }
  }
}
