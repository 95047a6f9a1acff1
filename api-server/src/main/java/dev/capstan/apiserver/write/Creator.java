package dev.capstan.apiserver.write;

import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.Violation;
import dev.capstan.api.v1.ObjectMeta;
import dev.capstan.apiserver.cache.ObjectDecoder;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.chain.Admission;
import dev.capstan.apiserver.chain.Verb;
import dev.capstan.apiserver.read.Objects;
import dev.capstan.kinds.ServedKind;
import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.GroupCommit.Result.Committed;
import dev.capstan.kvstore.GroupCommit.Result.Refused;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.StoreException;
import dev.capstan.kvstore.Txn;
import dev.capstan.seam.Seam;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Stores new objects. */
final class Creator {

  private static final int MOST_ATTEMPTS = 20;

  private final Seam seam;
  private final Objects objects;
  private final ObjectDecoder decoder;
  private final Fences fences;
  private final NamespaceGuard namespaces;
  private final List<Admission> admissions;
  private final NameGenerator names;

  Creator(
      Seam seam,
      Objects objects,
      ObjectDecoder decoder,
      Fences fences,
      NamespaceGuard namespaces,
      List<Admission> admissions) {
    this.seam = seam;
    this.objects = objects;
    this.decoder = decoder;
    this.fences = fences;
    this.namespaces = namespaces;
    this.admissions = List.copyOf(admissions);
    this.names = new NameGenerator(seam.random());
  }

  /** Stores a new object; ALREADY_EXISTS with what is there if the name is taken. */
  Step create(ServedKind served, String namespace, Message sent, Origin origin) {
    return new Creation(served, namespace, sent, origin).begin();
  }

  /**
   * One attempt.
   *
   * @param trustCache false once the namespace was not what the watch cache has
   * @param number from 1
   */
  private record Try(String name, boolean trustCache, int number) {}

  private final class Creation {
    private final ServedKind served;
    private final String namespace;
    private final Message sent;
    private final Origin origin;
    private final ObjectMeta metadata;
    private final boolean generated;

    Creation(ServedKind served, String namespace, Message sent, Origin origin) {
      this.served = served;
      this.namespace = namespace;
      this.sent = sent;
      this.origin = origin;
      this.metadata = served.kind().metadata(sent);
      this.generated = metadata.getName().isEmpty() && !metadata.getGenerateName().isEmpty();
    }

    Step begin() {
      if (metadata.getName().isEmpty() && !generated) {
        throw ApiErrors.invalid(
            served.kind(),
            "",
            List.of(new Violation("metadata.name", "name or generateName is required")));
      }
      return attempt(new Try(generated ? generate() : metadata.getName(), true, 1));
    }

    private String generate() {
      return names.generate(metadata.getGenerateName());
    }

    private Step attempt(Try now) {
      if (now.number > MOST_ATTEMPTS) {
        throw ApiErrors.unavailable(
            "no attempt to create " + served.kind() + " succeeded; try again");
      }
      Message object =
          served.created(
              sent, namespace, now.name, seam.newUid(), ApiTimes.seconds(seam.clock().now()));
      Admission.Review review =
          new Admission.Review(origin.user(), Verb.CREATE, served.kind(), null, object);
      admissions.forEach(admission -> admission.review(review));
      if (!served.kind().namespaced()) {
        return commit(now, object, List.of());
      }
      Optional<Txn.Compare> open =
          now.trustCache ? namespaces.cachedOpen(namespace) : Optional.empty();
      return open.isPresent()
          ? commit(now, object, List.of(open.get()))
          : new Step.Slow(() -> commit(now, object, List.of(namespaces.currentOpen(namespace))));
    }

    private Step commit(Try now, Message object, List<Txn.Compare> open) {
      Target target = new Target(served, namespace, now.name);
      List<Txn.Compare> compares = new ArrayList<>();
      compares.add(new Txn.Compare.Absent(target.key()));
      compares.addAll(open);
      Fences.compare(origin.options()).ifPresent(compares::add);
      if (origin.options().getDryRun()) {
        return new Step.Slow(() -> dryRun(now, object));
      }
      Txn.Op put = new Txn.Op.Put(target.key(), Committer.payload(served.kind(), object));
      return new Step.Commit(
          target,
          new Txn(compares, List.of(put)),
          false,
          origin.deadlineNanos(),
          result -> ended(now, target, object, result));
    }

    private Step dryRun(Try now, Message object) {
      return look(
          now,
          () -> objects.current(served.kind(), namespace, now.name),
          () -> new Step.Done(new Written(served.kind(), object, "")));
    }

    private Step ended(Try now, Target target, Message object, Result result) {
      return switch (result) {
        case Committed committed ->
            new Step.Done(Committer.written(served.kind(), object, committed));
        case Refused refused -> {
          fences.check(origin.options(), refused);
          KvStore.Entry entry = refused.current(target.key());
          // With a thread: what is there may be large.
          yield new Step.Slow(() ->
              look(
                  now,
                  () -> entry == null ? null : decoder.decode(entry),
                  () -> attempt(new Try(now.name, false, now.number + 1))));
        }
      };
    }

    /** Goes on if nothing has the name. */
    private Step look(Try now, Supplier<@Nullable StoredObject> read, Supplier<Step> free) {
      @Nullable StoredObject there;
      try {
        there = read.get();
      } catch (StoreException.Unreadable e) {
        return taken(now, e); // Never overwritten: it may be whole for a newer server.
      }
      return there == null
          ? free.get()
          : taken(
              now,
              ApiErrors.alreadyExists(
                  served.kind(), now.name, there.resourceVersion(), there.metadata().getUid()));
    }

    private Step taken(Try now, RuntimeException why) {
      if (!generated) {
        throw why;
      }
      return new Step.Slow(() -> attempt(new Try(generate(), now.trustCache, now.number + 1)));
    }
  }
}
