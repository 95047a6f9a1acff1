package dev.capstan.client.testing;

import com.google.gson.JsonParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.ObjectJson;
import dev.capstan.api.ObjectJsonReader;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.AcquireLeaseRequest;
import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.BookmarkResponse;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.InfoResponse;
import dev.capstan.api.v1.ListMeta;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.ResourceSelector;
import dev.capstan.api.v1.RevisionResponse;
import dev.capstan.api.v1.WriteOp;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.api.v1.WriteRequest;
import dev.capstan.api.v1.WriteResponse;
import dev.capstan.api.v1.WriteResult;
import dev.capstan.client.ObjectKey;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.Optional;

/** The unary methods. Called with the store's lock held. */
record FakeCalls(FakeStore store, Refusals refusals) {

  byte[] call(Optional<Kind> kind, String method, byte[] request)
      throws InvalidProtocolBufferException {
    return kind.isPresent() ? ofKind(kind.get(), method, request) : general(method, request);
  }

  private byte[] ofKind(Kind kind, String method, byte[] request)
      throws InvalidProtocolBufferException {
    refusals.check(kind, method);
    return switch (method) {
      case "Get" -> {
        GetRequest get = GetRequest.parseFrom(request);
        yield store.get(kind, new ObjectKey(get.getNamespace(), get.getName())).toByteArray();
      }
      case "List" -> list(kind, ListRequest.parseFrom(request));
      case "Create" -> store.create(kind, object(kind, request), options(request)).toByteArray();
      case "Update" ->
          store.update(kind, object(kind, request), options(request), false).toByteArray();
      case "UpdateStatus" ->
          store.update(kind, object(kind, request), options(request), true).toByteArray();
      case "Patch" -> {
        PatchRequest patch = PatchRequest.parseFrom(request);
        yield patch(kind, patch, patch.getOptions()).toByteArray();
      }
      case "Delete" -> {
        DeleteRequest delete = DeleteRequest.parseFrom(request);
        yield store.delete(kind, delete, delete.getOptions().getWrite()).toByteArray();
      }
      case "Bind" -> {
        BindRequest bind = BindRequest.parseFrom(request);
        yield store.bind(bind, bind.getOptions()).toByteArray();
      }
      case "Acquire" -> store.acquire(AcquireLeaseRequest.parseFrom(request)).toByteArray();
      default -> throw unimplemented(method);
    };
  }

  private byte[] general(String method, byte[] request) throws InvalidProtocolBufferException {
    return switch (method) {
      case "Write" -> write(WriteRequest.parseFrom(request)).toByteArray();
      case "Revision" ->
          RevisionResponse.newBuilder().setResourceVersion(version()).build().toByteArray();
      case "Info" -> InfoResponse.newBuilder().setVersion("0.1.0").build().toByteArray();
      default -> throw unimplemented(method);
    };
  }

  private static StatusRuntimeException unimplemented(String method) {
    return Status.UNIMPLEMENTED.withDescription(method).asRuntimeException();
  }

  private String version() {
    return ResourceVersions.whole(store.revision());
  }

  byte[] bookmark() {
    return BookmarkResponse.newBuilder().setResourceVersion(version()).build().toByteArray();
  }

  FakeSelector selector(ResourceSelector s) {
    return FakeSelector.of(
        store.kinds().require(s.getKind()),
        s.getNamespace(),
        s.getLabelSelector(),
        s.getFieldSelector());
  }

  private static Message object(Kind kind, byte[] request) throws InvalidProtocolBufferException {
    return kind.parse(Bytes.field(request, 1).toByteArray());
  }

  private static WriteOptions options(byte[] request) throws InvalidProtocolBufferException {
    return WriteOptions.parseFrom(Bytes.field(request, 2));
  }

  private byte[] list(Kind kind, ListRequest request) {
    FakeSelector selector =
        FakeSelector.of(
            kind, request.getNamespace(), request.getLabelSelector(), request.getFieldSelector());
    int from =
        request.getContinueToken().isEmpty() ? 0 : Integer.parseInt(request.getContinueToken());
    var selected = store.list(kind).stream().filter(o -> selector.matches(kind, o)).toList();
    int to =
        request.getLimit() == 0
            ? selected.size()
            : Math.min(selected.size(), from + request.getLimit());
    ListMeta.Builder meta = ListMeta.newBuilder().setResourceVersion(version());
    if (to < selected.size()) {
      meta.setContinueToken(String.valueOf(to));
    }
    return Bytes.list(meta.build(), selected.subList(from, to));
  }

  private Message patch(Kind kind, PatchRequest request, WriteOptions options) {
    Message before = store.get(kind, new ObjectKey(request.getNamespace(), request.getName()));
    var merged =
        ObjectJson.merge(
            ObjectJson.print(kind, before), JsonParser.parseString(request.getMergePatch()));
    ObjectJsonReader.Result read = ObjectJsonReader.read(kind, merged.getAsJsonObject());
    if (!read.violations().isEmpty()) {
      throw ApiErrors.invalid(kind, request.getName(), read.violations());
    }
    ObjectMeta.Builder meta = kind.metadata(read.object()).toBuilder();
    String precondition = request.getPreconditions().getResourceVersion();
    meta.setResourceVersion(precondition).setUid(request.getPreconditions().getUid());
    return store.update(
        kind, kind.withMetadata(read.object(), meta.build()), options, request.getStatus());
  }

  private WriteResponse write(WriteRequest request) {
    WriteResponse.Builder response = WriteResponse.newBuilder();
    for (WriteOp op : request.getOpsList()) {
      WriteResult.Builder result = response.addResultsBuilder();
      try {
        Kind kind = store.kinds().require(op.getKind());
        Message stored = write(kind, op, request.getOptions());
        result.setResourceVersion(kind.metadata(stored).getResourceVersion());
        if (request.getReturnObjects()) {
          result.setObject(stored.toByteString());
        }
      } catch (StatusRuntimeException e) {
        com.google.rpc.Status status = StatusProto.fromThrowable(e);
        result.setStatus(status == null ? com.google.rpc.Status.getDefaultInstance() : status);
      } catch (InvalidProtocolBufferException e) {
        result.setStatus(com.google.rpc.Status.newBuilder().setCode(3));
      }
    }
    return response.build();
  }

  /** The method that does alone what an operation does in a batch. */
  private static String method(WriteOp op) {
    return switch (op.getOpCase()) {
      case CREATE -> "Create";
      case UPDATE -> "Update";
      case UPDATE_STATUS -> "UpdateStatus";
      case PATCH -> "Patch";
      case DELETE -> "Delete";
      case BIND -> "Bind";
      case OP_NOT_SET -> "";
    };
  }

  private Message write(Kind kind, WriteOp op, WriteOptions options)
      throws InvalidProtocolBufferException {
    refusals.check(kind, method(op));
    return switch (op.getOpCase()) {
      case CREATE -> store.create(kind, kind.parse(op.getCreate().toByteArray()), options);
      case UPDATE -> store.update(kind, kind.parse(op.getUpdate().toByteArray()), options, false);
      case UPDATE_STATUS ->
          store.update(kind, kind.parse(op.getUpdateStatus().toByteArray()), options, true);
      case PATCH -> patch(kind, op.getPatch(), options);
      case DELETE -> store.delete(kind, op.getDelete(), options);
      case BIND -> store.bind(op.getBind(), options);
      case OP_NOT_SET -> throw unimplemented("op");
    };
  }
}
