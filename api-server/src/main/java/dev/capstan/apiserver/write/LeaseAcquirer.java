package dev.capstan.apiserver.write;

import com.google.protobuf.Message;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.ApiTimes;
import dev.capstan.api.ResourceVersions;
import dev.capstan.api.v1.AcquireLeaseRequest;
import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.LeaseSpec;
import dev.capstan.apiserver.cache.StoredObject;
import dev.capstan.apiserver.read.Objects;
import dev.capstan.kinds.LeaseStrategy;
import dev.capstan.kinds.ServedKind;
import dev.capstan.kvstore.GroupCommit.Result.Committed;
import dev.capstan.kvstore.Txn;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Gives a lease to somebody, in two steps: first the fence key is written, which ends every earlier
 * leader's ability to write; then the lease, which carries the fence's version as its epoch.
 *
 * <p>Each step compares the lease as it was judged, the second also the fence. A rival or a late
 * renewal in between makes the second step fail; the fence then belongs to nobody, which stops an
 * old leader too early (it has to acquire again) but never lets two write.
 */
final class LeaseAcquirer {

  private static final int MOST_ATTEMPTS = 20;

  private final Seam seam;
  private final Objects objects;
  private final Committer committer;
  private final NamespaceGuard namespaces;
  private final ServedKind served;
  private final LeaseClock clock;

  LeaseAcquirer(
      Seam seam,
      Objects objects,
      Committer committer,
      NamespaceGuard namespaces,
      ServedKind served,
      LeaseClock clock) {
    this.seam = seam;
    this.objects = objects;
    this.committer = committer;
    this.namespaces = namespaces;
    this.served = served;
    this.clock = clock;
  }

  /**
   * The lease in the caller's name; FAILED_PRECONDITION with the lease if somebody else holds it.
   */
  Written acquire(AcquireLeaseRequest request, Origin origin) {
    if (request.getHolderIdentity().isEmpty()) {
      throw ApiErrors.badRequest("holderIdentity", "is required");
    }
    int seconds = request.getLeaseDurationSeconds();
    if (seconds < 1 || seconds > LeaseStrategy.MAX_SECONDS) {
      throw ApiErrors.badRequest(
          "leaseDurationSeconds", "must be between 1 and " + LeaseStrategy.MAX_SECONDS);
    }
    Target target = new Target(served, request.getNamespace(), request.getName());
    for (int i = 0; i < MOST_ATTEMPTS; i++) {
      Optional<Written> written = attempt(target, request, origin);
      if (written.isPresent()) {
        return written.get();
      }
    }
    throw ApiErrors.unavailable("too many others want the lease; try again");
  }

  /** Empty if the lease or its fence changed meanwhile. */
  private Optional<Written> attempt(Target target, AcquireLeaseRequest request, Origin origin) {
    StoredObject stored = objects.current(target.kind(), target.namespace(), target.name());
    if (stored != null) {
      check(stored, (Lease) stored.parse(), request);
    }
    List<Txn.Compare> asJudged = new ArrayList<>();
    if (stored == null) {
      asJudged.add(new Txn.Compare.Absent(target.key()));
      asJudged.add(namespaces.currentOpen(target.namespace()));
    } else {
      asJudged.add(new Txn.Compare.ModRevision(target.key(), stored.modRevision()));
    }
    String fence = Fences.key(target.namespace(), target.name());
    Txn first = new Txn(asJudged, List.of(new Txn.Op.Put(fence, new byte[0])));
    return committer.commit(target, first, true, origin.deadlineNanos()) instanceof Committed fenced
        ? second(target, request, origin, stored, asJudged, fenced)
        : Optional.empty();
  }

  private Optional<Written> second(
      Target target,
      AcquireLeaseRequest request,
      Origin origin,
      @Nullable StoredObject stored,
      List<Txn.Compare> asJudged,
      Committed fenced) {
    String fence = Fences.key(target.namespace(), target.name());
    String epoch = ResourceVersions.of(fenced.revision(), fenced.slot());
    Lease lease = taken(target, request, stored, epoch);
    List<Txn.Compare> compares = new ArrayList<>(asJudged);
    compares.add(new Txn.Compare.ModRevision(fence, fenced.revision()));
    Txn.Op put = new Txn.Op.Put(target.key(), Committer.payload(target.kind(), lease));
    // Like the fence it passes when space is short: without leaders nothing is ever cleaned up.
    Txn txn = new Txn(compares, List.of(put));
    return committer.commit(target, txn, true, origin.deadlineNanos()) instanceof Committed done
        ? Optional.of(Committer.written(target.kind(), lease, done))
        : Optional.empty();
  }

  /** Refuses if somebody else holds the lease. */
  private void check(StoredObject stored, Lease lease, AcquireLeaseRequest request) {
    String holder = lease.getSpec().getHolderIdentity();
    if (holder.isEmpty() || holder.equals(request.getHolderIdentity())) {
      return;
    }
    String asSeen = request.getExpiredResourceVersion();
    int seconds = Math.min(lease.getSpec().getLeaseDurationSeconds(), LeaseStrategy.MAX_SECONDS);
    Duration left = Duration.ofSeconds(seconds).minus(clock.unchanged(stored.modRevision()));
    if (left.isPositive() || !(asSeen.isEmpty() || asSeen.equals(stored.resourceVersion()))) {
      throw ApiErrors.leaseHeld(lease, left.isPositive() ? left : Duration.ZERO);
    }
  }

  private Lease taken(
      Target target, AcquireLeaseRequest request, @Nullable StoredObject stored, String epoch) {
    Instant now = seam.clock().now();
    Lease old = stored == null ? Lease.getDefaultInstance() : (Lease) stored.parse();
    boolean change = !old.getSpec().getHolderIdentity().equals(request.getHolderIdentity());
    LeaseSpec spec =
        LeaseSpec.newBuilder()
            .setHolderIdentity(request.getHolderIdentity())
            .setLeaseDurationSeconds(request.getLeaseDurationSeconds())
            .setAcquireTime(ApiTimes.of(now))
            .setRenewTime(ApiTimes.of(now))
            .setLeaseTransitions(
                old.getSpec().getLeaseTransitions() + (change && stored != null ? 1 : 0))
            .build();
    Lease wanted = old.toBuilder().setSpec(spec).build();
    Message valid =
        stored == null
            ? served.created(
                wanted, target.namespace(), target.name(), seam.newUid(), ApiTimes.seconds(now))
            : served.updated(givenUp(old), wanted);
    return withEpoch((Lease) valid, epoch);
  }

  /** To be taken it is as good as given up: only then may its holder change. */
  private static Lease givenUp(Lease lease) {
    LeaseSpec spec = lease.getSpec().toBuilder().clearHolderIdentity().clearEpoch().build();
    return lease.toBuilder().setSpec(spec).build();
  }

  private static Lease withEpoch(Lease lease, String epoch) {
    Lease.Builder result = lease.toBuilder();
    result.getSpecBuilder().setEpoch(epoch);
    return result.build();
  }
}
