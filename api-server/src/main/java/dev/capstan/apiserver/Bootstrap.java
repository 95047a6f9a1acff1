package dev.capstan.apiserver;

import com.google.rpc.Code;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.WellKnown;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.chain.User;
import dev.capstan.apiserver.read.Objects;
import dev.capstan.apiserver.write.Origin;
import dev.capstan.apiserver.write.Writer;
import dev.capstan.kinds.ServedKind;
import dev.capstan.kvstore.StoreException;
import dev.capstan.seam.Clock;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;

/** Makes the namespaces that every cluster has. */
final class Bootstrap {

  private static final List<String> NAMESPACES =
      List.of(
          WellKnown.NAMESPACE_DEFAULT, WellKnown.NAMESPACE_SYSTEM, WellKnown.NAMESPACE_NODE_LEASE);

  private final Clock clock;
  private final Writer writer;
  private final Objects objects;
  private final ServedKind namespaces;

  Bootstrap(Clock clock, Writer writer, Objects objects, ServedKind namespaces) {
    this.clock = clock;
    this.writer = writer;
    this.objects = objects;
    this.namespaces = namespaces;
  }

  /** Creates what is missing; returns the cluster's id, the uid of kube-system. */
  String run() {
    for (String name : NAMESPACES) {
      // Looked at first: a full store refuses even a create that would change nothing.
      if (!exists(name)) {
        create(name);
      }
    }
    return identity();
  }

  private boolean exists(String name) {
    try {
      return objects.current(namespaces.kind(), "", name) != null;
    } catch (StoreException.Unreadable e) {
      return true;
    }
  }

  private String identity() {
    StoredObject system;
    try {
      system = objects.current(namespaces.kind(), "", WellKnown.NAMESPACE_SYSTEM);
    } catch (StoreException.Unreadable e) {
      // What it was a while ago is known if the store remembers: its uid never changes.
      system = objects.cached(namespaces.kind(), "", WellKnown.NAMESPACE_SYSTEM);
      if (system == null) {
        throw e;
      }
    }
    if (system == null) {
      throw ApiErrors.error(Code.INTERNAL, "InternalError", "kube-system is gone");
    }
    return system.metadata().getUid();
  }

  private void create(String name) {
    Namespace namespace =
        Namespace.newBuilder().setMetadata(ObjectMeta.newBuilder().setName(name)).build();
    Origin origin =
        new Origin(
            User.SERVER, WriteOptions.getDefaultInstance(), clock.deadline(Duration.ofSeconds(30)));
    try {
      var unused = writer.create(namespaces, "", namespace, origin).now();
    } catch (StatusRuntimeException e) {
      if (e.getStatus().getCode() != Status.Code.ALREADY_EXISTS) {
        throw e;
      }
    }
  }
}
