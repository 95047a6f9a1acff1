package dev.capstan.apiserver.write;

import com.google.gson.JsonObject;
import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.Violation;
import dev.capstan.api.v1.AcquireLeaseRequest;
import dev.capstan.api.v1.BindRequest;
import dev.capstan.api.v1.DeleteRequest;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.api.v1.PatchRequest;
import dev.capstan.api.v1.Preconditions;
import dev.capstan.api.v1.RollbackRequest;
import dev.capstan.apiserver.cache.ObjectDecoder;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.chain.Admission;
import dev.capstan.apiserver.chain.Verb;
import dev.capstan.apiserver.read.Objects;
import dev.capstan.kinds.ServedKind;
import dev.capstan.kinds.ServedKinds;
import dev.capstan.kinds.UnknownFields;
import dev.capstan.kinds.WireShape;
import dev.capstan.kvstore.GroupCommit;
import dev.capstan.kvstore.Outbox;
import dev.capstan.kvstore.ValueCodec;
import dev.capstan.seam.Clock;
import dev.capstan.seam.Seam;
import dev.capstan.seam.Threads;
import java.util.List;
import java.util.function.Supplier;

/** The writes that every kind has. */
public final class Writer {

  private final Committer committer;
  private final Threads threads;
  private final Creator creator;
  private final Rewriter rewriter;
  private final Binder binder;
  private final LeaseAcquirer leases;
  private final Rollbacks rollbacks;
  private final Clock clock;
  private final WireShape.Shapes shapes = new WireShape.Shapes();

  /**
   * @param objects what is there
   * @param commits where changes go; its codec is {@code codec}
   * @param leaseClock tells which leases are over
   */
  public Writer(
      Seam seam,
      ServedKinds kinds,
      Objects objects,
      GroupCommit commits,
      ValueCodec codec,
      List<Admission> admissions,
      LeaseClock leaseClock) {
    KindRegistry registry = kinds.registry();
    ObjectDecoder decoder = new ObjectDecoder(kinds, codec);
    this.committer = new Committer(commits);
    this.threads = seam.threads();
    Fences fences = new Fences(codec);
    NamespaceGuard guard = new NamespaceGuard(objects, registry.require("Namespace"));
    this.clock = seam.clock();
    this.rewriter = new Rewriter(objects, decoder, fences, admissions);
    this.creator = new Creator(seam, objects, decoder, fences, guard, admissions);
    this.binder = new Binder(rewriter, registry.require("Node"), clock);
    this.leases =
        new LeaseAcquirer(seam, objects, committer, guard, kinds.named("Lease"), leaseClock);
    this.rollbacks = new Rollbacks(rewriter, objects, registry.require("ReplicaSet"));
  }

  /** For writes that shall leave together; see {@link Write#begin(Outbox)}. */
  public Outbox outbox() {
    return committer.outbox();
  }

  private Write write(Supplier<Step> first) {
    return new Write(committer, threads, first);
  }

  /** One that has happened already. */
  public Write done(Written written) {
    return write(() -> new Step.Done(written));
  }

  /** Stores a new object. */
  public Write create(ServedKind served, String namespace, Message sent, Origin origin) {
    return write(() -> creator.create(served, namespace, sent, origin));
  }

  /** Replaces everything but the status. */
  public Write update(Target target, Message sent, Origin origin) {
    return rewrite(
        target,
        Verb.UPDATE,
        origin,
        (stored, old) -> update(target, stored, old, whole(stored, old, sent, origin)));
  }

  /** What was sent, with what is stored and not known to this version. */
  private Message whole(StoredObject stored, Message old, Message sent, Origin origin) {
    if (origin.unknownFields()) {
      List<Violation> notStored = UnknownFields.notOf(old, sent);
      if (!notStored.isEmpty()) {
        throw ApiErrors.badRequest(
            notStored.getFirst().path(),
            notStored.getFirst().message()
                + ": neither this server knows it nor the object has it");
      }
    }
    return shapes.allKnown(old.getDescriptorForType(), stored.bytes())
        ? sent
        : UnknownFields.keep(old, sent);
  }

  private Write rewrite(Target target, Verb verb, Origin origin, Decision decision) {
    return write(() -> rewriter.rewrite(target, verb, origin, decision));
  }

  private static Change update(Target target, StoredObject stored, Message old, Message sent) {
    ObjectMeta claimed = target.kind().metadata(sent);
    Preconditioned.check(target.kind(), stored, preconditions(claimed));
    Message fresh = target.served().updated(old, sent);
    if (target.served().mayGo(fresh)) {
      return new Change.Remove(fresh);
    }
    boolean freesSpace =
        target.served().vital() || target.kind().metadata(fresh).hasDeletionTimestamp();
    return fresh.equals(old)
        ? new Change.Keep()
        : new Change.Put(fresh, freesSpace, Change.Condition.NONE);
  }

  private static Preconditions preconditions(ObjectMeta claimed) {
    return Preconditions.newBuilder()
        .setUid(claimed.getUid())
        .setResourceVersion(claimed.getResourceVersion())
        .build();
  }

  /**
   * Replaces the status and nothing else. The object must be the one whose uid the client names.
   */
  public Write updateStatus(Target target, Message sent, Origin origin) {
    ObjectMeta claimed = target.kind().metadata(sent);
    if (claimed.getUid().isEmpty()) {
      throw ApiErrors.badRequest(
          "metadata.uid", "is required: a status belongs to one object, not to its successor");
    }
    return rewrite(
        target,
        Verb.UPDATE,
        origin,
        (stored, old) -> {
          Preconditioned.check(target.kind(), stored, preconditions(claimed));
          Message fresh = target.served().withStatusOf(old, whole(stored, old, sent, origin));
          return fresh.equals(old) ? new Change.Keep() : new Change.Put(fresh);
        });
  }

  /** Merges a JSON patch (RFC 7396) into the object or its status. */
  public Write patch(Target target, PatchRequest request, Origin origin) {
    JsonObject patch = Patches.parse(request.getMergePatch());
    return rewrite(
        target,
        Verb.PATCH,
        origin,
        (stored, old) -> {
          Preconditioned.check(target.kind(), stored, request.getPreconditions());
          Message merged = whole(stored, old, Patches.apply(target.kind(), old, patch), origin);
          if (!request.getStatus()) {
            return update(target, stored, old, merged);
          }
          Message fresh = target.served().withStatusOf(old, merged);
          return fresh.equals(old) ? new Change.Keep() : new Change.Put(fresh);
        });
  }

  /** Asks for deletion; the answer is the object as it is then. */
  public Write delete(Target target, DeleteRequest request, Origin origin) {
    Deletion deletion = new Deletion(target.served(), request.getOptions(), clock.now());
    return rewrite(target, Verb.DELETE, origin, deletion);
  }

  /** Binds a pod to a node. */
  public Write bind(Target pod, BindRequest request, Origin origin) {
    return write(() -> binder.bind(pod, request, origin));
  }

  /** Takes a lease and writes its fence. Blocks. */
  public Written acquire(AcquireLeaseRequest request, Origin origin) {
    return leases.acquire(request, origin);
  }

  /** Puts an earlier revision's template back. Blocks: it looks for what is there. */
  public Written rollback(Target deployment, RollbackRequest request, Origin origin) {
    return write(() -> rollbacks.rollback(deployment, request, origin)).now();
  }
}
