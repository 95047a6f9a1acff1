package dev.capstan.ctl.hostile;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.LogChunk;
import dev.capstan.api.v1.ResourcesProto;
import dev.capstan.api.v1.WatchEvent;
import dev.capstan.api.v1.WatchFrame;
import dev.capstan.ctl.testing.RawApi;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A server that says {@link HostileText#TEXT} wherever it may say something. */
final class HostileApi extends RawApi {

  private final KindRegistry kinds = KindRegistry.builtin();
  private final Map<String, MethodDescriptor> methods = new LinkedHashMap<>();
  private final String name;
  private final Status.Code code;

  /**
   * Answers with objects of a name, or with an error.
   *
   * @param code OK for objects; streams end with UNAVAILABLE then
   */
  HostileApi(String name, Status.Code code) {
    this.name = name;
    this.code = code;
    kinds.kinds().forEach(kind -> add(kind.descriptor().getFile()));
    add(ResourcesProto.getDescriptor());
  }

  private void add(FileDescriptor file) {
    for (ServiceDescriptor service : file.getServices()) {
      for (MethodDescriptor method : service.getMethods()) {
        methods.put(service.getFullName() + "/" + method.getName(), method);
      }
    }
  }

  @Override
  protected void answer(String called, ServerCall<byte[], byte[]> call) {
    MethodDescriptor method = methods.get(called);
    if (method == null || code != Status.Code.OK) {
      fail(call, code == Status.Code.OK ? Status.Code.UNIMPLEMENTED : code);
      return;
    }
    if (!method.isServerStreaming()) {
      send(call, HostileText.message(method.getOutputType(), name));
      call.close(Status.OK, new Metadata());
      return;
    }
    switch (method.getName()) {
      case "Watch" -> watch(call, method.getService().getName());
      case "Logs" ->
          send(
              call,
              LogChunk.newBuilder()
                  .setData(ByteString.copyFromUtf8("printed\n"))
                  .setNotice(HostileText.TEXT)
                  .build());
      default -> throw new IllegalStateException(called);
    }
    fail(call, Status.Code.UNAVAILABLE);
  }

  private void watch(ServerCall<byte[], byte[]> call, String service) {
    WatchFrame.Builder objects =
        WatchFrame.newBuilder().setResourceVersion(HostileText.TEXT).setInitial(true);
    kinds.kinds().stream()
        .filter(kind -> service.equals("Resources") || service.equals(kind.name() + "s"))
        .forEach(kind ->
            objects.addEvents(
                WatchEvent.newBuilder()
                    .setType("MODIFIED")
                    .setKind(kind.name())
                    .setObject(HostileText.message(kind.descriptor(), name).toByteString())));
    send(call, objects.build());
    send(
        call,
        WatchFrame.newBuilder()
            .addEvents(WatchEvent.newBuilder().setType(HostileText.TEXT).setKind(HostileText.TEXT))
            .build());
  }

  private static void send(ServerCall<byte[], byte[]> call, Message message) {
    call.sendMessage(message.toByteArray());
  }

  /** With every detail that a command reads. */
  private static void fail(ServerCall<byte[], byte[]> call, Status.Code code) {
    BadRequest.FieldViolation violation =
        BadRequest.FieldViolation.newBuilder()
            .setField(HostileText.TEXT)
            .setDescription(HostileText.TEXT)
            .build();
    List<Message> details =
        List.of(
            ErrorInfo.newBuilder().setReason(HostileText.TEXT).setDomain("capstan.dev").build(),
            BadRequest.newBuilder().addFieldViolations(violation).build());
    com.google.rpc.Status.Builder status =
        com.google.rpc.Status.newBuilder()
            .setCode(code.value())
            .setMessage(HostileText.TEXT + " is invalid: " + HostileText.TEXT);
    details.forEach(detail -> status.addDetails(Any.pack(detail)));
    StatusRuntimeException error = StatusProto.toStatusRuntimeException(status.build());
    Metadata trailers = error.getTrailers();
    call.close(error.getStatus(), trailers == null ? new Metadata() : trailers);
  }
}
