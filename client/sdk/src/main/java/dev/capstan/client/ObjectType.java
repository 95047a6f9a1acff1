package dev.capstan.client;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import dev.capstan.api.Kind;
import dev.capstan.api.v1.ConfigMap;
import dev.capstan.api.v1.Deployment;
import dev.capstan.api.v1.Event;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.Namespace;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import dev.capstan.api.v1.Secret;
import org.jspecify.annotations.Nullable;

/**
 * A kind as a Java type: what the generic clients and caches need to know of it, read from its
 * message's descriptor.
 *
 * @param <T> the generated message
 */
public final class ObjectType<T extends Message> {

  public static final ObjectType<Namespace> NAMESPACE = of(Namespace.getDefaultInstance());
  public static final ObjectType<Node> NODE = of(Node.getDefaultInstance());
  public static final ObjectType<Pod> POD = of(Pod.getDefaultInstance());
  public static final ObjectType<ReplicaSet> REPLICA_SET = of(ReplicaSet.getDefaultInstance());
  public static final ObjectType<Deployment> DEPLOYMENT = of(Deployment.getDefaultInstance());
  public static final ObjectType<Event> EVENT = of(Event.getDefaultInstance());
  public static final ObjectType<Lease> LEASE = of(Lease.getDefaultInstance());
  public static final ObjectType<ConfigMap> CONFIG_MAP = of(ConfigMap.getDefaultInstance());
  public static final ObjectType<Secret> SECRET = of(Secret.getDefaultInstance());

  private final Kind kind;
  private final T prototype;
  private final String service;

  private ObjectType(Kind kind, T prototype) {
    this.kind = kind;
    this.prototype = prototype;
    this.service = serviceOf(kind.descriptor()).getFullName();
  }

  /**
   * The type of any message that carries the {@code kind} option and has a service of its own.
   *
   * @throws IllegalArgumentException if it is not such a kind
   */
  public static <T extends Message> ObjectType<T> of(T prototype) {
    return new ObjectType<>(Kind.of(prototype), prototype);
  }

  /** The type of a kind that is only known at run time. */
  public static ObjectType<Message> of(Kind kind) {
    return new ObjectType<>(kind, kind.prototype());
  }

  private static ServiceDescriptor serviceOf(Descriptor kind) {
    for (ServiceDescriptor service : kind.getFile().getServices()) {
      MethodDescriptor get = service.findMethodByName("Get");
      if (get != null && get.getOutputType().equals(kind)) {
        return service;
      }
    }
    throw new IllegalArgumentException(kind.getFullName() + " has no service");
  }

  /** Names, scope and generic access. */
  public Kind kind() {
    return kind;
  }

  /** Name of the kind in CamelCase, e.g. "ReplicaSet". */
  public String name() {
    return kind.name();
  }

  /** Full name of the kind's service, e.g. "capstan.v1.ReplicaSets". */
  String service() {
    return service;
  }

  /** The empty message. */
  public T prototype() {
    return prototype;
  }

  /** Parses serialized objects of this kind. */
  @SuppressWarnings("unchecked") // A generated message's parser parses that message.
  public Parser<T> parser() {
    return (Parser<T>) prototype.getParserForType();
  }

  /** The metadata of {@code object}; the empty one if unset. */
  public ObjectMeta metadata(T object) {
    return kind.metadata(object);
  }

  /** {@code object} with other metadata. */
  @SuppressWarnings("unchecked") // A message's builder builds that message.
  public T withMetadata(T object, ObjectMeta meta) {
    return (T) kind.withMetadata(object, meta);
  }

  /** Namespace and name of {@code object}. */
  public ObjectKey key(T object) {
    ObjectMeta meta = metadata(object);
    return new ObjectKey(meta.getNamespace(), meta.getName());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ObjectType<?> type && type.kind.equals(kind);
  }

  @Override
  public int hashCode() {
    return kind.hashCode();
  }

  @Override
  public String toString() {
    return kind.name();
  }
}
