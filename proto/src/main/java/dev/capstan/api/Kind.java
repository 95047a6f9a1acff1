package dev.capstan.api;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.capstan.api.v1.KindInfo;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.Node;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.OptionsProto;
import dev.capstan.api.v1.Pod;
import dev.capstan.api.v1.ReplicaSet;
import org.jspecify.annotations.Nullable;

/**
 * One kind of object: its names and scope, and generic access to what all kinds have. Compared by
 * identity of the message type.
 */
public final class Kind {

  private final KindInfo info;
  private final String apiVersion;
  private final Message prototype;
  private final FieldDescriptor metadataField;
  private final @Nullable FieldDescriptor statusField;
  private final @Nullable FieldDescriptor specField;

  private Kind(KindInfo info, Message prototype, FieldDescriptor metadataField) {
    this.info = info;
    this.apiVersion =
        info.getGroup().isEmpty() ? info.getVersion() : info.getGroup() + "/" + info.getVersion();
    this.prototype = prototype;
    this.metadataField = metadataField;
    this.statusField = prototype.getDescriptorForType().findFieldByName("status");
    this.specField = prototype.getDescriptorForType().findFieldByName("spec");
  }

  /**
   * Reads a kind off its message.
   *
   * @throws IllegalArgumentException if the message does not carry the {@code kind} option or has
   *     no metadata
   */
  public static Kind of(Message prototype) {
    Descriptor descriptor = prototype.getDescriptorForType();
    FieldDescriptor metadata = descriptor.findFieldByName("metadata");
    if (!descriptor.getOptions().hasExtension(OptionsProto.kind) || metadata == null) {
      throw new IllegalArgumentException(descriptor.getFullName() + " is not a kind");
    }
    return new Kind(descriptor.getOptions().getExtension(OptionsProto.kind), prototype, metadata);
  }

  /** Names and scope as said in the descriptor. */
  public KindInfo info() {
    return info;
  }

  /** E.g. "Deployment". */
  public String name() {
    return info.getKind();
  }

  /** E.g. "deployments". */
  public String plural() {
    return info.getPlural();
  }

  /** E.g. "apps/v1", or "v1" for the core group. */
  public String apiVersion() {
    return apiVersion;
  }

  /** E.g. "apps"; "" for the core. */
  public String group() {
    return info.getGroup();
  }

  /** What messages call it: "deployments.apps", or "pods" for the core group. */
  public String resource() {
    return info.getGroup().isEmpty() ? info.getPlural() : info.getPlural() + "." + info.getGroup();
  }

  /** What results call it: "deployment.apps", or "pod" for the core group. */
  public String singularResource() {
    return info.getGroup().isEmpty()
        ? info.getSingular()
        : info.getSingular() + "." + info.getGroup();
  }

  /** True if objects live in a namespace. */
  public boolean namespaced() {
    return info.getNamespaced();
  }

  /** The message type of objects. */
  public Descriptor descriptor() {
    return prototype.getDescriptorForType();
  }

  /** An empty object. */
  public Message prototype() {
    return prototype;
  }

  /** Parses an object of this kind. */
  public Message parse(byte[] bytes) throws InvalidProtocolBufferException {
    return prototype.getParserForType().parseFrom(bytes);
  }

  /** The object's metadata. */
  public ObjectMeta metadata(Message object) {
    // By getters for what comes by the thousand: reading a field by its descriptor is slow.
    return switch (object) {
      case Pod pod -> pod.getMetadata();
      case ReplicaSet set -> set.getMetadata();
      case Node node -> node.getMetadata();
      case Lease lease -> lease.getMetadata();
      default -> (ObjectMeta) object.getField(metadataField);
    };
  }

  /** The object with other metadata. */
  public Message withMetadata(Message object, ObjectMeta metadata) {
    return object.toBuilder().setField(metadataField, metadata).build();
  }

  /** The status field, or null for kinds without one. */
  public @Nullable FieldDescriptor statusField() {
    return statusField;
  }

  /** The spec field, or null for kinds without one. */
  public @Nullable FieldDescriptor specField() {
    return specField;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Kind kind && kind.descriptor() == descriptor();
  }

  @Override
  public int hashCode() {
    return name().hashCode();
  }

  @Override
  public String toString() {
    return name();
  }
}
