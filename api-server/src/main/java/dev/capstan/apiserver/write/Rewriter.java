package dev.capstan.apiserver.write;

import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.apiserver.cache.ObjectDecoder;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.chain.Admission;
import dev.capstan.apiserver.chain.Verb;
import dev.capstan.apiserver.read.Objects;
import dev.capstan.kvstore.GroupCommit.Result.Committed;
import dev.capstan.kvstore.GroupCommit.Result.Refused;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.Txn;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes existing objects: decide on a copy, commit if it still is the object, else decide on the
 * object as it is.
 */
final class Rewriter {

  /** Lost races before a caller is told; each lost race means that somebody else succeeded. */
  private static final int MOST_ATTEMPTS = 100;

  private final Objects objects;
  private final ObjectDecoder decoder;
  private final Committer committer;
  private final Fences fences;
  private final List<Admission> admissions;

  Rewriter(
      Objects objects,
      ObjectDecoder decoder,
      Committer committer,
      Fences fences,
      List<Admission> admissions) {
    this.objects = objects;
    this.decoder = decoder;
    this.committer = committer;
    this.fences = fences;
    this.admissions = List.copyOf(admissions);
  }

  /** An object to decide on, and whether it was read for this write: a refusal may rest on it. */
  private record Base(StoredObject stored, boolean isCurrent) {}

  /** How an attempt ended. */
  private sealed interface Attempt {
    record Done(Written written) implements Attempt {}

    /** The object was not what the decision was taken on. */
    record Moved(Base now) implements Attempt {}
  }

  /** Applies a decision until it sticks. NOT_FOUND if there is no such object. */
  Written rewrite(Target target, Verb verb, Origin origin, Decision decision) {
    Base base = first(target);
    for (int i = 0; i < MOST_ATTEMPTS; i++) {
      switch (attempt(target, verb, origin, base, decision)) {
        case Attempt.Done done -> {
          return done.written;
        }
        case Attempt.Moved moved -> base = moved.now;
      }
    }
    throw ApiErrors.conflict(
        target.kind(),
        target.name(),
        "it changes too fast",
        base.stored.resourceVersion(),
        base.stored.metadata().getUid());
  }

  private Base first(Target target) {
    StoredObject cached = objects.cached(target.kind(), target.namespace(), target.name());
    return cached == null ? current(target) : new Base(cached, false);
  }

  private Base current(Target target) {
    return base(target, objects.current(target.kind(), target.namespace(), target.name()));
  }

  private static Base base(Target target, @Nullable StoredObject now) {
    if (now == null) {
      throw ApiErrors.notFound(target.kind(), target.name());
    }
    return new Base(now, true);
  }

  private Attempt attempt(Target target, Verb verb, Origin origin, Base base, Decision decision) {
    Message old = base.stored.parse();
    Change change;
    try {
      change = decision.decide(base.stored, old);
      review(target, verb, origin, old, change);
    } catch (StatusRuntimeException e) {
      if (base.isCurrent) {
        throw e;
      }
      return new Attempt.Moved(current(target)); // Refuse only on the object as it is.
    }
    if (change instanceof Change.Keep || origin.options().getDryRun()) {
      return unwritten(target, base, old, change);
    }
    return commit(target, origin, base.stored, change);
  }

  private void review(Target target, Verb verb, Origin origin, Message old, Change change) {
    Message fresh =
        switch (change) {
          case Change.Put put -> put.object();
          case Change.Remove remove -> null;
          case Change.Keep keep -> old;
        };
    Admission.Review review = new Admission.Review(origin.user(), verb, target.kind(), old, fresh);
    admissions.forEach(admission -> admission.review(review));
  }

  /** Ends an attempt that commits nothing, and so has nothing that would notice a stale copy. */
  private Attempt unwritten(Target target, Base base, Message old, Change change) {
    if (!base.isCurrent) {
      Base now = current(target);
      if (now.stored.modRevision() != base.stored.modRevision()) {
        return new Attempt.Moved(now);
      }
    }
    Message result =
        switch (change) {
          case Change.Put put -> put.object();
          case Change.Remove remove -> remove.last();
          case Change.Keep keep -> old;
        };
    return new Attempt.Done(new Written(target.kind(), result, base.stored.resourceVersion()));
  }

  private Attempt commit(Target target, Origin origin, StoredObject stored, Change change) {
    List<Txn.Compare> compares = new ArrayList<>();
    compares.add(new Txn.Compare.ModRevision(target.key(), stored.modRevision()));
    Fences.compare(origin.options()).ifPresent(compares::add);
    return switch (change) {
      case Change.Put put -> {
        compares.addAll(put.condition().compares());
        Txn.Op op = new Txn.Op.Put(target.key(), Committer.payload(target.kind(), put.object()));
        yield commit(target, origin, stored, new Txn(compares, List.of(op)), put);
      }
      case Change.Remove remove -> {
        Txn.Op op = new Txn.Op.Delete(target.key());
        Change.Put gone = new Change.Put(remove.last(), true, Change.Condition.NONE);
        yield commit(target, origin, stored, new Txn(compares, List.of(op)), gone);
      }
      case Change.Keep keep -> throw new IllegalArgumentException("nothing to commit");
    };
  }

  private Attempt commit(
      Target target, Origin origin, StoredObject stored, Txn txn, Change.Put change) {
    return switch (committer.commit(target, txn, change.freesSpace(), origin.deadlineNanos())) {
      case Committed committed ->
          new Attempt.Done(Committer.written(target.kind(), change.object(), committed));
      case Refused refused -> {
        fences.check(origin.options(), refused);
        KvStore.Entry entry = refused.current(target.key());
        if (entry != null && entry.modRevision() == stored.modRevision()) {
          throw change.condition().otherwise().get();
        }
        yield new Attempt.Moved(base(target, entry == null ? null : decoder.decode(entry)));
      }
    };
  }
}
