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
import dev.capstan.apiserver.chain.Question;
import dev.capstan.apiserver.chain.Verb;
import dev.capstan.apiserver.read.ReadEndpoints;
import dev.capstan.apiserver.write.Write;
import dev.capstan.apiserver.write.Written;
import dev.capstan.kinds.ServedKind;
import java.util.List;
import java.util.Optional;

/** The eight methods that every kind's service has. */
final class KindEndpoints {

  private final Operations operations;
  private final ReadEndpoints reads;

  KindEndpoints(Operations operations, ReadEndpoints reads) {
    this.operations = operations;
    this.reads = reads;
  }

  /** What answers a method of a kind's service; empty for methods that only this kind has. */
  Optional<GuardedEndpoint> of(ServedKind served, String method) {
    Kind kind = served.kind();
    return Optional.ofNullable(
        switch (method) {
          case "Create" -> write(operations::create, served, Questions::create);
          case "Update" ->
              write(operations::update, served, (k, object) -> Questions.update(k, object, ""));
          case "UpdateStatus" ->
              write(
                  operations::updateStatus,
                  served,
                  (k, object) -> Questions.update(k, object, "status"));
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

  /** What a write of an object asks for. */
  private interface ObjectQuestion {
    Question of(Kind kind, Message object);
  }

  /** All kinds' write requests have the object in field 1 and the options in field 2. */
  private static GuardedEndpoint write(
      ObjectWrite write, ServedKind served, ObjectQuestion question) {
    Endpoint.Prompt<Message> endpoint =
        (call, request) ->
            write
                .write(call, served, field(request, 1), (WriteOptions) field(request, 2))
                .begin()
                .thenApply(Written::bytes);
    return GuardedEndpoint.prompt(
        endpoint, request -> List.of(question.of(served.kind(), field(request, 1))));
  }

  private static Message field(Message request, int number) {
    FieldDescriptor field = request.getDescriptorForType().findFieldByNumber(number);
    return (Message) request.getField(field);
  }

  private GuardedEndpoint patch(ServedKind served) {
    Endpoint.Prompt<PatchRequest> endpoint =
        (call, request) ->
            operations
                .patch(call, served, request, request.getOptions())
                .begin()
                .thenApply(Written::bytes);
    return GuardedEndpoint.prompt(
        endpoint, request -> List.of(Questions.patch(served.kind(), request)));
  }

  private GuardedEndpoint delete(ServedKind served) {
    Endpoint.Prompt<DeleteRequest> endpoint =
        (call, request) ->
            operations
                .delete(call, served, request, request.getOptions().getWrite())
                .begin()
                .thenApply(Written::bytes);
    return GuardedEndpoint.prompt(
        endpoint, request -> List.of(Questions.delete(served.kind(), request)));
  }

  private GuardedEndpoint get(Kind kind) {
    Questions<GetRequest> question =
        request -> List.of(Questions.of(Verb.GET, kind, request.getNamespace(), request.getName()));
    return GuardedEndpoint.prompt(reads.get(kind), question);
  }

  private GuardedEndpoint list(Kind kind) {
    Questions<ListRequest> question =
        request ->
            List.of(
                Questions.of(Verb.LIST, kind, request.getNamespace(), "")
                    .selecting(request.getLabelSelector(), request.getFieldSelector()));
    return GuardedEndpoint.unary(reads.list(kind), question);
  }

  private GuardedEndpoint watch(Kind kind) {
    Questions<WatchRequest> question =
        request ->
            List.of(
                Questions.of(Verb.WATCH, kind, request.getNamespace(), "")
                    .selecting(request.getLabelSelector(), request.getFieldSelector()));
    return GuardedEndpoint.streaming(reads.watch(kind), question);
  }
}
