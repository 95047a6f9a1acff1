package dev.capstan.apiserver.handler;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.GetRequest;
import dev.capstan.api.v1.ListRequest;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.WatchRequest;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.apiserver.chain.Attributes;
import dev.capstan.apiserver.chain.Authorizer;
import dev.capstan.apiserver.chain.Verb;
import dev.capstan.apiserver.read.ReadEndpoints;
import dev.capstan.apiserver.write.Write;
import dev.capstan.apiserver.write.Written;
import dev.capstan.kinds.ServedKind;
import java.util.Optional;

/** The eight methods that every kind's service has. */
final class KindEndpoints {

  private final Operations operations;
  private final ReadEndpoints reads;
  private final Authorizer authorizer;

  KindEndpoints(Operations operations, ReadEndpoints reads, Authorizer authorizer) {
    this.operations = operations;
    this.reads = reads;
    this.authorizer = authorizer;
  }

  /** What answers a method of a kind's service; empty for methods that only this kind has. */
  Optional<Endpoint> of(ServedKind served, String method) {
    Kind kind = served.kind();
    return Optional.ofNullable(
        switch (method) {
          case "Create" -> write(operations::create, served);
          case "Update" -> write(operations::update, served);
          case "UpdateStatus" -> write(operations::updateStatus, served);
          case "Patch" -> patch(served);
          case "Delete" -> delete(served);
          case "Get" -> get(kind);
          case "List" -> list(kind);
          case "Watch" -> watch(kind);
          default -> null;
        });
  }

  /** A write of an object: create, update, updateStatus. */
  private interface ObjectWrite {
    Write write(Call call, ServedKind served, Message object, WriteOptions options);
  }

  /** All kinds' write requests have the object in field 1 and the options in field 2. */
  private static Endpoint.Prompt<Message> write(ObjectWrite write, ServedKind served) {
    return (call, request) -> {
      FieldDescriptor object = request.getDescriptorForType().findFieldByNumber(1);
      FieldDescriptor options = request.getDescriptorForType().findFieldByNumber(2);
      return write
          .write(
              call,
              served,
              (Message) request.getField(object),
              (WriteOptions) request.getField(options))
          .begin()
          .thenApply(Written::bytes);
    };
  }

  private Endpoint.Prompt<PatchRequest> patch(ServedKind served) {
    return (call, request) ->
        operations
            .patch(call, served, request, request.getOptions())
            .begin()
            .thenApply(Written::bytes);
  }

  private Endpoint.Prompt<DeleteRequest> delete(ServedKind served) {
    return (call, request) ->
        operations
            .delete(call, served, request, request.getOptions().getWrite())
            .begin()
            .thenApply(Written::bytes);
  }

  private Endpoint.Prompt<GetRequest> get(Kind kind) {
    Endpoint.Prompt<GetRequest> read = reads.get(kind);
    return (call, request) -> {
      allow(call, Verb.GET, kind, request.getNamespace(), request.getName());
      return read.answer(call, request);
    };
  }

  private Endpoint.Unary<ListRequest> list(Kind kind) {
    Endpoint.Unary<ListRequest> read = reads.list(kind);
    return (call, request) -> {
      allow(call, Verb.LIST, kind, request.getNamespace(), "");
      return read.answer(call, request);
    };
  }

  private Endpoint.Streaming<WatchRequest> watch(Kind kind) {
    Endpoint.Streaming<WatchRequest> read = reads.watch(kind);
    return (call, request, out) -> {
      allow(call, Verb.WATCH, kind, request.getNamespace(), "");
      read.stream(call, request, out);
    };
  }

  private void allow(Call call, Verb verb, Kind kind, String namespace, String name) {
    authorizer.authorize(call.user(), new Attributes(verb, kind.name(), namespace, name, ""));
  }
}
