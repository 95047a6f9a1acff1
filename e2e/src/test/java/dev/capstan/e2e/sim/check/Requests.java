package dev.capstan.e2e.sim.check;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.AcquireLeaseRequest;
import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.RollbackRequest;
import dev.capstan.api.v1.WriteOp;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.api.v1.WriteRequest;
import dev.capstan.e2e.sim.check.Op.Verb;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads off requests what they ask for. */
final class Requests {

  private final KindRegistry kinds;

  Requests(KindRegistry kinds) {
    this.kinds = kinds;
  }

  /** "capstan.v1.Pods/Create" without the package. */
  static String shortName(String method) {
    return method.substring(method.lastIndexOf('.') + 1);
  }

  /** The kind a service is about; null for the generic ones. */
  @Nullable Kind kindOf(String method) {
    int slash = method.indexOf('/');
    return slash < 0 ? null : kinds.byAlias(method.substring(0, slash)).orElse(null);
  }

  /** The writes a request asks for, but for events, which may be lost; none for a read. */
  List<Op> ops(String method, Message request) {
    if (request instanceof WriteRequest write) {
      return write.getOpsList().stream().map(op -> op(op, write.getOptions())).toList();
    }
    Kind kind = kindOf(method);
    if (kind == null) {
      return List.of();
    }
    return switch (method.substring(method.indexOf('/') + 1)) {
      case "Create" -> List.of(object(Verb.CREATE, kind, request));
      case "Update" -> List.of(object(Verb.UPDATE, kind, request));
      case "UpdateStatus" -> List.of(object(Verb.UPDATE_STATUS, kind, request));
      case "Patch", "Delete", "Bind", "Rollback", "Acquire" -> List.of(other(kind, request));
      default -> List.of();
    };
  }

  private static Op object(Verb verb, Kind kind, Message request) {
    FieldDescriptor object = request.getDescriptorForType().findFieldByName("object");
    FieldDescriptor options = request.getDescriptorForType().findFieldByName("options");
    return object(
        verb, kind, (Message) request.getField(object), (WriteOptions) request.getField(options));
  }

  private static Op object(Verb verb, Kind kind, Message object, WriteOptions options) {
    ObjectMeta meta = kind.metadata(object);
    return new Op(
        verb,
        kind,
        place(kind, meta.getNamespace()),
        meta.getName(),
        meta.getUid(),
        options,
        object);
  }

  private static String place(Kind kind, String namespace) {
    if (!kind.namespaced()) {
      return "";
    }
    return namespace.isEmpty() ? "default" : namespace;
  }

  private static Op other(Kind kind, Message request) {
    return switch (request) {
      case PatchRequest patch -> patch(kind, patch, patch.getOptions());
      case DeleteRequest delete -> delete(kind, delete, delete.getOptions().getWrite());
      case BindRequest bind -> bind(kind, bind, bind.getOptions());
      case RollbackRequest r ->
          new Op(
              Verb.ROLLBACK,
              kind,
              place(kind, r.getNamespace()),
              r.getName(),
              "",
              r.getOptions(),
              r);
      case AcquireLeaseRequest a ->
          new Op(
              Verb.ACQUIRE,
              kind,
              place(kind, a.getNamespace()),
              a.getName(),
              "",
              WriteOptions.getDefaultInstance(),
              a);
      default -> throw new IllegalArgumentException(request.getDescriptorForType().getName());
    };
  }

  private static Op patch(Kind kind, PatchRequest patch, WriteOptions options) {
    String uid = patch.getPreconditions().getUid();
    return new Op(
        Verb.PATCH, kind, place(kind, patch.getNamespace()), patch.getName(), uid, options, patch);
  }

  private static Op delete(Kind kind, DeleteRequest delete, WriteOptions options) {
    String uid = delete.getOptions().getPreconditions().getUid();
    return new Op(
        Verb.DELETE,
        kind,
        place(kind, delete.getNamespace()),
        delete.getName(),
        uid,
        options,
        delete);
  }

  private static Op bind(Kind kind, BindRequest bind, WriteOptions options) {
    return new Op(
        Verb.BIND,
        kind,
        place(kind, bind.getNamespace()),
        bind.getName(),
        bind.getUid(),
        options,
        bind);
  }

  private Op op(WriteOp op, WriteOptions options) {
    Kind kind = kinds.require(op.getKind());
    return switch (op.getOpCase()) {
      case CREATE -> object(Verb.CREATE, kind, parse(kind, op.getCreate()), options);
      case UPDATE -> object(Verb.UPDATE, kind, parse(kind, op.getUpdate()), options);
      case UPDATE_STATUS ->
          object(Verb.UPDATE_STATUS, kind, parse(kind, op.getUpdateStatus()), options);
      case PATCH -> patch(kind, op.getPatch(), options);
      case DELETE -> delete(kind, op.getDelete(), options);
      case BIND -> bind(kind, op.getBind(), options);
      case OP_NOT_SET -> throw new IllegalArgumentException("an empty write");
    };
  }

  /** An object of a kind from its bytes. */
  static Message parse(Kind kind, ByteString bytes) {
    try {
      return kind.prototype().getParserForType().parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("bytes that are no " + kind, e);
    }
  }
}
