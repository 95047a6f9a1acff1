package dev.capstan.apiserver.write;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.apiserver.cache.ObjectDecoder;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.chain.Admission;
import dev.capstan.apiserver.chain.Verb;
import dev.capstan.apiserver.read.Objects;
import dev.capstan.kvstore.GroupCommit.Result.Committed;
import dev.capstan.kvstore.GroupCommit.Result.Refused;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Changes existing objects: decide on a copy, commit if it still is the object, else decide on the
 * object as it is.
 */
final class Rewriter {

  /** Lost races before a caller is told; each lost race means that somebody else succeeded. */
  private static final int MOST_ATTEMPTS = 100;

  /** The largest object, in bytes, that is parsed and changed without a thread of its own. */
  private static final int SMALL = 8 * 1024;

  private final Objects objects;
  private final ObjectDecoder decoder;
  private final Fences fences;
  private final List<Admission> admissions;

  Rewriter(Objects objects, ObjectDecoder decoder, Fences fences, List<Admission> admissions) {
    this.objects = objects;
    this.decoder = decoder;
    this.fences = fences;
    this.admissions = List.copyOf(admissions);
  }

  /**
   * An object to decide on.
   *
   * @param isCurrent it was read for this write: a refusal may rest on it
   * @param unreadable why it could not be; then {@code stored} is what is known of it
   */
  private record Base(
      StoredObject stored, boolean isCurrent, StoreException.@Nullable Unreadable unreadable) {}

  /** Applies a decision until it sticks. NOT_FOUND if there is no such object. */
  Step rewrite(Target target, Verb verb, Origin origin, Decision decision) {
    return new Rewrite(target, verb, origin, decision).begin();
  }

  private final class Rewrite {
    private final Target target;
    private final Verb verb;
    private final Origin origin;
    private final Decision decision;

    Rewrite(Target target, Verb verb, Origin origin, Decision decision) {
      this.target = target;
      this.verb = verb;
      this.origin = origin;
      this.decision = decision;
    }

    Step begin() {
      StoredObject cached = objects.cached(target.kind(), target.namespace(), target.name());
      if (cached == null) {
        return new Step.Slow(() -> attempt(current(), 1));
      }
      Base copy = new Base(cached, false, null);
      return cached.bytes().size() <= SMALL
          ? attempt(copy, 1)
          : new Step.Slow(() -> attempt(copy, 1));
    }

    private Base current() {
      return base(() -> objects.current(target.kind(), target.namespace(), target.name()));
    }

    private Base base(Supplier<@Nullable StoredObject> read) {
      try {
        StoredObject now = read.get();
        if (now == null) {
          throw ApiErrors.notFound(target.kind(), target.name());
        }
        return new Base(now, true, null);
      } catch (StoreException.Unreadable e) {
        return new Base(known(e), true, e);
      }
    }

    /** What is known of an object that cannot be read, at the revision of what is there. */
    private StoredObject known(StoreException.Unreadable why) {
      StoredObject last = objects.cached(target.kind(), target.namespace(), target.name());
      ObjectMeta metadata =
          last == null
              ? ObjectMeta.newBuilder()
                  .setNamespace(target.namespace())
                  .setName(target.name())
                  .build()
              : last.metadata();
      ByteString bytes =
          last == null
              ? target.kind().withMetadata(target.kind().prototype(), metadata).toByteString()
              : last.bytes();
      return new StoredObject(
          target.kind(),
          target.namespace(),
          target.name(),
          metadata,
          bytes,
          0,
          why.modRevision(),
          0);
    }

    /**
     * @param number from 1
     */
    private Step attempt(Base base, int number) {
      if (number > MOST_ATTEMPTS) {
        throw tooFast(base.stored);
      }
      Message old = base.stored.parse();
      Change change;
      try {
        change =
            base.unreadable == null
                ? decision.decide(base.stored, old)
                : decision.decideUnread(old, base.unreadable);
        review(old, change);
      } catch (StatusRuntimeException e) {
        if (base.isCurrent) {
          throw e;
        }
        return onCurrent(number); // Refuse only on the object as it is.
      }
      if (change instanceof Change.Keep || origin.options().getDryRun()) {
        // Commits nothing, and so has nothing that would notice a stale copy.
        return base.isCurrent
            ? new Step.Done(unwritten(base.stored, old, change))
            : onCurrent(number);
      }
      return commit(base.stored, change, number);
    }

    private StatusRuntimeException tooFast(StoredObject stored) {
      return ApiErrors.conflict(
          target.kind(),
          target.name(),
          "it changes too fast",
          stored.resourceVersion(),
          stored.metadata().getUid());
    }

    private Step onCurrent(int number) {
      return new Step.Slow(() -> attempt(current(), number + 1));
    }

    private void review(Message old, Change change) {
      Message fresh =
          switch (change) {
            case Change.Put put -> put.object();
            case Change.Remove remove -> null;
            case Change.Keep keep -> old;
          };
      Admission.Review review =
          new Admission.Review(origin.user(), verb, target.kind(), old, fresh);
      admissions.forEach(admission -> admission.review(review));
    }

    private Written unwritten(StoredObject stored, Message old, Change change) {
      Message result =
          switch (change) {
            case Change.Put put -> put.object();
            case Change.Remove remove -> remove.last();
            case Change.Keep keep -> old;
          };
      return new Written(target.kind(), result, stored.resourceVersion());
    }

    private Step commit(StoredObject stored, Change change, int number) {
      List<Txn.Compare> compares = new ArrayList<>();
      compares.add(new Txn.Compare.ModRevision(target.key(), stored.modRevision()));
      Fences.compare(origin.options()).ifPresent(compares::add);
      return switch (change) {
        case Change.Put put -> {
          compares.addAll(put.condition().compares());
          Txn.Op op = new Txn.Op.Put(target.key(), Committer.payload(target.kind(), put.object()));
          yield commit(stored, new Txn(compares, List.of(op)), put, number);
        }
        case Change.Remove remove -> {
          Txn.Op op = new Txn.Op.Delete(target.key());
          Change.Put gone = new Change.Put(remove.last(), true, Change.Condition.NONE);
          yield commit(stored, new Txn(compares, List.of(op)), gone, number);
        }
        case Change.Keep keep -> throw new IllegalArgumentException("nothing to commit");
      };
    }

    private Step commit(StoredObject stored, Txn txn, Change.Put change, int number) {
      return new Step.Commit(
          target,
          txn,
          change.freesSpace(),
          origin.deadlineNanos(),
          result ->
              switch (result) {
                case Committed committed ->
                    new Step.Done(Committer.written(target.kind(), change.object(), committed));
                case Refused refused -> refused(stored, change, refused, number);
              });
    }

    private Step refused(StoredObject stored, Change.Put change, Refused refused, int number) {
      fences.check(origin.options(), refused);
      KvStore.Entry entry = refused.current(target.key());
      if (entry != null && entry.modRevision() == stored.modRevision()) {
        throw change.condition().otherwise().get();
      }
      return new Step.Slow(
          () -> attempt(base(() -> entry == null ? null : decoder.decode(entry)), number + 1));
    }
  }
}
