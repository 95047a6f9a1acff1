package dev.capstan.apiserver.handler;

import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.v1.AcquireLeaseRequest;
import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.Event;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.RollbackRequest;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.apiserver.write.Origin;
import dev.capstan.apiserver.write.Target;
import dev.capstan.apiserver.write.Write;
import dev.capstan.apiserver.write.Writer;
import dev.capstan.apiserver.write.Written;
import dev.capstan.kinds.ServedKind;
import dev.capstan.kinds.ServedKinds;

/**
 * The writes of the API, whether they come alone or in a batch. Whoever calls has been asked for.
 *
 * @param events where new events go instead of straight to the store
 */
record Operations(ServedKinds kinds, Writer writer, EventIntake events) {

  Write create(Call call, ServedKind served, Message object, WriteOptions options) {
    ObjectMeta metadata = served.kind().metadata(object);
    String namespace = Questions.namespaceOf(served.kind(), metadata);
    Places.namespace(served.kind(), namespace);
    if (object instanceof Event event) {
      return writer.done(events.create(served, namespace, event, origin(call, options)));
    }
    return writer.create(served, namespace, object, origin(call, options));
  }

  Write update(Call call, ServedKind served, Message object, WriteOptions options) {
    Target target = target(served, object);
    return writer.update(target, object, origin(call, options));
  }

  Write updateStatus(Call call, ServedKind served, Message object, WriteOptions options) {
    Target target = target(served, object);
    return writer.updateStatus(target, object, origin(call, options));
  }

  private static Target target(ServedKind served, Message object) {
    ObjectMeta metadata = served.kind().metadata(object);
    if (metadata.getName().isEmpty()) {
      throw ApiErrors.badRequest("metadata.name", "is required");
    }
    return Places.target(
        served, Questions.namespaceOf(served.kind(), metadata), metadata.getName());
  }

  Write patch(Call call, ServedKind served, PatchRequest request, WriteOptions options) {
    Target target = Places.target(served, request.getNamespace(), request.getName());
    return writer.patch(target, request, origin(call, options));
  }

  Write delete(Call call, ServedKind served, DeleteRequest request, WriteOptions options) {
    Target target = Places.target(served, request.getNamespace(), request.getName());
    return writer.delete(target, request, origin(call, options));
  }

  Write bind(Call call, BindRequest request, WriteOptions options) {
    Target target = Places.target(kinds.named("Pod"), request.getNamespace(), request.getName());
    Places.target(kinds.named("Node"), "", request.getNodeName());
    return writer.bind(target, request, origin(call, options));
  }

  Written acquire(Call call, AcquireLeaseRequest request) {
    Places.target(kinds.named("Lease"), request.getNamespace(), request.getName());
    return writer.acquire(request, origin(call, WriteOptions.getDefaultInstance()));
  }

  Written rollback(Call call, RollbackRequest request) {
    Target target =
        Places.target(kinds.named("Deployment"), request.getNamespace(), request.getName());
    return writer.rollback(target, request, origin(call, request.getOptions()));
  }

  private static Origin origin(Call call, WriteOptions options) {
    return new Origin(call.user(), options, call.unknownFields(), call.deadlineNanos());
  }
}
