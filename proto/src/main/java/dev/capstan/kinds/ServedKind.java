package dev.capstan.kinds;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.Violation;
import dev.capstan.api.v1.DeleteOptions;
import dev.capstan.api.v1.ObjectMeta;
import java.util.HashSet;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * One kind as the server serves it: what the client sends becomes what is stored, or is refused
 * with every violation. Pure; the write path brings identities, times and the store.
 */
public final class ServedKind {

  /** The most that is taken of {@code generateName}. */
  public static final int GENERATED_PREFIX = 58;

  // As large as those that the server gives.
  private static final String SOME_UID = "00000000-0000-4000-8000-000000000000";
  private static final Timestamp SOME_TIME = Timestamp.newBuilder().setSeconds(1L << 31).build();

  private final Kind kind;
  private final Strategy<Message> strategy;
  private final FieldRules rules;

  @SuppressWarnings("unchecked") // The strategy is only ever given messages of this kind.
  public ServedKind(Kind kind, Strategy<?> strategy) {
    this.kind = kind;
    this.strategy = (Strategy<Message>) strategy;
    this.rules = FieldRules.of(kind.descriptor());
  }

  /** Names and scope. */
  public Kind kind() {
    return kind;
  }

  /**
   * A new object as it is first stored, without a resourceVersion.
   *
   * @param sent what the client sent; system fields in it are ignored
   * @param name the final name
   */
  public Message created(Message sent, String namespace, String name, String uid, Timestamp now) {
    Message object = draft(sent, namespace, name, uid, now);
    Violations at = Violations.root();
    validate(object, at);
    refuse(name, at);
    return strategy.created(object);
  }

  private Message draft(Message sent, String namespace, String name, String uid, Timestamp now) {
    Message clean = rules.withoutSystem(sent);
    ObjectMeta metadata =
        kind.metadata(clean).toBuilder()
            .setName(name)
            .setNamespace(namespace)
            .setUid(uid)
            .setCreationTimestamp(now)
            .setGeneration(kind.specField() == null ? 0 : 1)
            .build();
    return strategy.defaulted(kind.withMetadata(clean, metadata));
  }

  /**
   * Everything that is wrong with an object that is to be created, whatever is there. Needs no
   * cluster: commands say it, too.
   *
   * @param sent as a client would send it; a name to be generated counts as its beginning
   */
  public List<Violation> violations(Message sent) {
    ObjectMeta metadata = kind.metadata(sent);
    boolean generated = metadata.getName().isEmpty() && !metadata.getGenerateName().isEmpty();
    String name = generated ? generatedName(metadata) : metadata.getName();
    Message object = draft(sent, metadata.getNamespace(), name, SOME_UID, SOME_TIME);
    Violations at = Violations.root();
    validate(object, at);
    return at.found().isEmpty()
        ? ObjectSize.violation(kind, strategy.created(object)).stream().toList()
        : at.found();
  }

  /** Of the form of a generated name. */
  private static String generatedName(ObjectMeta metadata) {
    String prefix = metadata.getGenerateName();
    return prefix.substring(0, Math.min(prefix.length(), GENERATED_PREFIX)) + "xxxxx";
  }

  /**
   * The stored object with everything but its status replaced by what the client sent. Equal to
   * {@code old} if that changes nothing.
   */
  public Message updated(Message old, Message sent) {
    ObjectMeta before = kind.metadata(old);
    Message fresh = rules.withSystemOf(old, sent);
    ObjectMeta metadata =
        kind.metadata(fresh).toBuilder()
            .setName(before.getName())
            .setNamespace(before.getNamespace())
            .setGenerateName(before.getGenerateName())
            .build();
    fresh = strategy.defaulted(kind.withMetadata(fresh, metadata));
    fresh = strategy.updated(old, sent, fresh);
    Violations at = newlyWrong(old, fresh, this::validate);
    MetadataRules.validateUpdate(before, kind.metadata(fresh), at.at("metadata"));
    rules.unchanged(old, fresh, at);
    strategy.validateUpdate(old, fresh, at);
    refuse(before.getName(), at);
    return nextGeneration(old, fresh);
  }

  /** A stored object as it is read: with the defaults of today, whenever it was written. */
  public Message defaulted(Message stored) {
    return strategy.defaulted(stored);
  }

  private void validate(Message object, Violations at) {
    MetadataRules.validate(
        kind.metadata(object), kind.namespaced(), strategy.nameIsLabel(), at.at("metadata"));
    rules.validate(object, at);
    strategy.validate(object, at);
  }

  /**
   * What is wrong with {@code fresh} and was not with {@code old}: an object that is older than a
   * rule is not held up by it in whatever else changes. Nearly always nothing is wrong, and the old
   * object is not looked at.
   */
  private Violations newlyWrong(
      Message old, Message fresh, BiConsumer<Message, Violations> validation) {
    Violations at = Violations.root();
    validation.accept(fresh, at);
    if (at.found().isEmpty()) {
      return at;
    }
    Violations before = Violations.all();
    validation.accept(strategy.defaulted(old), before);
    Violations since = Violations.besides(new HashSet<>(before.found()));
    validation.accept(fresh, since);
    return since;
  }

  /** The stored object with the status that the client sent. */
  public Message withStatusOf(Message old, Message sent) {
    FieldDescriptor status = kind.statusField();
    if (status == null) {
      throw ApiErrors.badRequest("status", kind.name() + " has no status");
    }
    Message replaced = old.toBuilder().setField(status, sent.getField(status)).build();
    Message fresh = strategy.statusUpdated(old, replaced);
    Violations at = newlyWrong(old, fresh, rules::validate);
    strategy.validateStatus(old, fresh, at);
    refuse(kind.metadata(old).getName(), at);
    return fresh;
  }

  /** Counts a change of the spec. */
  public Message nextGeneration(Message old, Message fresh) {
    FieldDescriptor spec = kind.specField();
    if (spec == null || old.getField(spec).equals(fresh.getField(spec))) {
      return fresh;
    }
    return withGeneration(fresh, kind.metadata(old).getGeneration() + 1);
  }

  private Message withGeneration(Message object, long generation) {
    return kind.withMetadata(
        object, kind.metadata(object).toBuilder().setGeneration(generation).build());
  }

  private void refuse(String name, Violations at) {
    if (!at.found().isEmpty()) {
      throw ApiErrors.invalid(kind, name, at.found());
    }
  }

  /** Seconds a deleted object stays visible before it may go. */
  public long grace(Message object, DeleteOptions options) {
    return strategy.grace(object, options);
  }

  /** The object marked as being deleted. */
  public Message terminating(Message object, ObjectMeta metadata) {
    Message marked = strategy.terminating(kind.withMetadata(object, metadata));
    return metadata.getGeneration() == 0
        ? marked
        : withGeneration(marked, metadata.getGeneration() + 1);
  }

  /** True if updates pass even when space is short. */
  public boolean vital() {
    return strategy.vital();
  }

  /** True if a deleted object has nothing left to wait for. */
  public boolean mayGo(Message object) {
    ObjectMeta metadata = kind.metadata(object);
    return metadata.hasDeletionTimestamp()
        && metadata.getDeletionGracePeriodSeconds() == 0
        && metadata.getFinalizersCount() == 0
        && !strategy.heldBack(object);
  }
}
