package dev.capstan.e2e.sim.check;

import com.google.protobuf.Message;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.WriteOptions;
import dev.capstan.apiserver.cache.StoreKeys;
import java.util.Locale;
import java.util.Optional;

/**
 * One write that a client asks for.
 *
 * @param name empty if the server makes it
 * @param uid the uid the object must have; empty for any
 * @param detail the object, PatchRequest, DeleteRequest, BindRequest, RollbackRequest or
 *     AcquireLeaseRequest
 */
record Op(
    Verb verb,
    Kind kind,
    String namespace,
    String name,
    String uid,
    WriteOptions options,
    Message detail) {

  /** What is to be done. */
  enum Verb {
    CREATE,
    UPDATE,
    UPDATE_STATUS,
    PATCH,
    DELETE,
    BIND,
    ROLLBACK,
    ACQUIRE
  }

  /** The key it is about. */
  String key() {
    return StoreKeys.of(kind, namespace, name);
  }

  /** Whether this is its kind, as scenarios name it: "bind", "status". */
  boolean isCalled(String kind) {
    String mine = verb == Verb.UPDATE_STATUS ? "status" : verb.name().toLowerCase(Locale.ROOT);
    return mine.equals(kind);
  }

  /** The key of the node that a pod is to be bound to. */
  Optional<String> node() {
    return detail instanceof BindRequest bind
        ? Optional.of(StoreKeys.of(Kind.of(Node.getDefaultInstance()), "", bind.getNodeName()))
        : Optional.empty();
  }

  /** The same under the name that the server made. */
  Op withName(String made) {
    return new Op(verb, kind, namespace, made, uid, options, detail);
  }

  /** E.g. "DELETE Pod default/web-1". */
  @Override
  public String toString() {
    return verb + " " + kind + " " + (namespace.isEmpty() ? name : namespace + "/" + name);
  }
}
