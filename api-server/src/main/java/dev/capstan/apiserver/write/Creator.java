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
import dev.capstan.apiserver.kinds.ServedKind;
import dev.capstan.apiserver.read.Objects;
import dev.capstan.kvstore.GroupCommit.Result;
import dev.capstan.kvstore.GroupCommit.Result.Committed;
import dev.capstan.kvstore.GroupCommit.Result.Refused;
import dev.capstan.kvstore.KvStore;
import dev.capstan.kvstore.Txn;
import dev.capstan.seam.Seam;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Stores new objects. */
final class Creator {

  private static final int MOST_ATTEMPTS = 20;

  private final Seam seam;
  private final Objects objects;
  private final ObjectDecoder decoder;
  private final Committer committer;
  private final Fences fences;
  private final NamespaceGuard namespaces;
  private final List<Admission> admissions;
  private final NameGenerator names;

  Creator(
      Seam seam,
      Objects objects,
      ObjectDecoder decoder,
      Committer committer,
      Fences fences,
      NamespaceGuard namespaces,
      List<Admission> admissions) {
    this.seam = seam;
    this.objects = objects;
    this.decoder = decoder;
    this.committer = committer;
    this.fences = fences;
    this.namespaces = namespaces;
    this.admissions = List.copyOf(admissions);
    this.names = new NameGenerator(seam.random());
  }

  /** How an attempt ended. */
  private sealed interface Attempt {
    record Done(Written written) implements Attempt {}

    /** The name is taken, by this. */
    record Taken(StoredObject by) implements Attempt {}

    /** The namespace was not what it was thought to be. */
    record NamespaceMoved() implements Attempt {}
  }

  /** Stores a new object; ALREADY_EXISTS with what is there if the name is taken. */
  Written create(ServedKind served, String namespace, Message sent, Origin origin) {
    ObjectMeta metadata = served.kind().metadata(sent);
    boolean generated = metadata.getName().isEmpty() && !metadata.getGenerateName().isEmpty();
    if (metadata.getName().isEmpty() && !generated) {
      throw ApiErrors.invalid(
          served.kind(),
          "",
          List.of(new Violation("metadata.name", "name or generateName is required")));
    }
    String name = generated ? names.generate(metadata.getGenerateName()) : metadata.getName();
    boolean trustCache = true;
    for (int i = 0; i < MOST_ATTEMPTS; i++) {
      Target target = new Target(served, namespace, name);
      switch (attempt(target, sent, origin, trustCache)) {
        case Attempt.Done done -> {
          return done.written;
        }
        case Attempt.Taken taken when generated ->
            name = names.generate(metadata.getGenerateName());
        case Attempt.Taken taken -> throw alreadyExists(target, taken.by);
        case Attempt.NamespaceMoved moved -> trustCache = false;
      }
    }
    throw ApiErrors.unavailable("no attempt to create " + served.kind() + " succeeded; try again");
  }

  private static StatusRuntimeException alreadyExists(Target target, StoredObject by) {
    return ApiErrors.alreadyExists(
        target.kind(), target.name(), by.resourceVersion(), by.metadata().getUid());
  }

  private Attempt attempt(Target target, Message sent, Origin origin, boolean trustCache) {
    Message object =
        target
            .served()
            .created(
                sent,
                target.namespace(),
                target.name(),
                seam.newUid(),
                ApiTimes.seconds(seam.clock().now()));
    Admission.Review review =
        new Admission.Review(origin.user(), Verb.CREATE, target.kind(), null, object);
    admissions.forEach(admission -> admission.review(review));
    List<Txn.Compare> compares = new ArrayList<>();
    compares.add(new Txn.Compare.Absent(target.key()));
    if (target.kind().namespaced()) {
      compares.add(namespaces.open(target.namespace(), trustCache));
    }
    Fences.compare(origin.options()).ifPresent(compares::add);
    return origin.options().getDryRun()
        ? dryRun(target, object)
        : commit(target, origin, object, compares);
  }

  private Attempt dryRun(Target target, Message object) {
    @Nullable StoredObject there =
        objects.current(target.kind(), target.namespace(), target.name());
    return there == null
        ? new Attempt.Done(new Written(target.kind(), object, ""))
        : new Attempt.Taken(there);
  }

  private Attempt commit(Target target, Origin origin, Message object, List<Txn.Compare> compares) {
    Txn.Op put = new Txn.Op.Put(target.key(), Committer.payload(target.kind(), object));
    Result result =
        committer.commit(target, new Txn(compares, List.of(put)), false, origin.deadlineNanos());
    return switch (result) {
      case Committed committed ->
          new Attempt.Done(Committer.written(target.kind(), object, committed));
      case Refused refused -> {
        fences.check(origin.options(), refused);
        KvStore.Entry entry = refused.current(target.key());
        StoredObject there = entry == null ? null : decoder.decode(entry);
        yield there == null ? new Attempt.NamespaceMoved() : new Attempt.Taken(there);
      }
    };
  }
}
