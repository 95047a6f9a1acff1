package dev.capstan.client.control;

import dev.capstan.api.ApiTimes;
import dev.capstan.api.v1.AcquireLeaseRequest;
import dev.capstan.api.v1.Fence;
import dev.capstan.api.v1.Lease;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.ObjectKey;
import dev.capstan.client.Resource;
import dev.capstan.seam.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One candidate's view of the lease. Used by one thread at a time. */
final class LeaseClient {

  private static final Logger log = LoggerFactory.getLogger(LeaseClient.class);

  private final Api api;
  private final Resource<Lease> leases;
  private final Clock clock;
  private final ObjectKey key;
  private final String identity;
  private final LeaderElection.Timing timing;

  /** The lease as last seen. */
  private Lease seen = Lease.getDefaultInstance();

  /** When {@link #seen} was first seen at its version. */
  private long seenSince;

  /** Whether it was told that the holder of the lease does not renew it. */
  private boolean abandoned;

  /** When the request was sent that last made or kept this candidate the holder. */
  private volatile long renewedAt;

  LeaseClient(Api api, ObjectKey key, String identity, LeaderElection.Timing timing) {
    // One attempt at a time, and none that outlives the lease: this class is the one that tries
    // again.
    Duration spare = timing.lease().minus(timing.renewDeadline());
    this.api = api.withTimeout(spare).retryingFor(Duration.ZERO);
    this.leases = this.api.leases().namespace(key.namespace());
    this.clock = api.connection().seam().clock();
    this.key = key;
    this.identity = identity;
    this.timing = timing;
  }

  /** Who holds the lease, as last seen. */
  String holder() {
    String holder = seen.getSpec().getHolderIdentity();
    if (holder.isEmpty()) {
      return "nobody";
    }
    return holder.equals(identity) ? "another that calls itself " + holder : holder;
  }

  String describe() {
    return key + " as " + identity + ", epoch " + seen.getSpec().getEpoch();
  }

  /** Asks for the lease; the server knows whether it is free. True if it is this candidate's. */
  boolean tryAcquire() throws InterruptedException {
    long start = clock.nanoTime();
    try {
      seen = api.acquire(request());
      renewedAt = start;
      abandoned = false;
      return true;
    } catch (ApiException.LeaseHeld e) {
      observe(e.lease());
      return false;
    }
  }

  private AcquireLeaseRequest request() {
    return AcquireLeaseRequest.newBuilder()
        .setNamespace(key.namespace())
        .setName(key.name())
        .setHolderIdentity(identity)
        .setLeaseDurationSeconds((int) timing.lease().toSeconds())
        .build();
  }

  /** Somebody who holds the lease and does not renew it keeps everybody from leading: told once. */
  private void observe(Lease lease) {
    if (!lease.getMetadata().getResourceVersion().equals(seen.getMetadata().getResourceVersion())) {
      seen = lease;
      seenSince = clock.nanoTime();
      abandoned = false;
      return;
    }
    Duration unchanged = Duration.ofNanos(clock.nanoTime() - seenSince);
    if (!abandoned && unchanged.compareTo(timing.renewDeadline()) >= 0) {
      abandoned = true;
      log.warn(
          "nobody leads: lease {} is held by {}, who has not renewed it for {} s; it is free after {} s",
          key,
          lease.getSpec().getHolderIdentity(),
          unchanged.toSeconds(),
          lease.getSpec().getLeaseDurationSeconds());
    }
  }

  /**
   * Renews; false if somebody else holds the lease now.
   *
   * @throws ApiException if it could not be found out
   */
  boolean renew() throws InterruptedException {
    long start = clock.nanoTime();
    try {
      seen = leases.update(with(identity));
    } catch (ApiException.Conflict e) {
      // Perhaps with a renewal of our own whose answer was lost.
      Lease now = leases.get(key.name());
      if (!stillOurs(now)) {
        observe(now);
        return false;
      }
      seen = now;
      return renew();
    } catch (ApiException.NotFound e) {
      seen = Lease.getDefaultInstance();
      return false;
    }
    renewedAt = start;
    return true;
  }

  private boolean stillOurs(Lease now) {
    return now.getSpec().getHolderIdentity().equals(identity)
        && now.getSpec().getEpoch().equals(seen.getSpec().getEpoch());
  }

  private Lease with(String holder) {
    Lease.Builder lease = seen.toBuilder();
    lease.getSpecBuilder().setHolderIdentity(holder).setRenewTime(ApiTimes.of(clock.now()));
    return lease.build();
  }

  /** Gives the lease up, so that another need not wait. Best effort. */
  void release() throws InterruptedException {
    try {
      seen = leases.update(with(""));
    } catch (ApiException e) {
      return; // It will expire.
    }
  }

  /** Time since the last successful renewal was asked for. */
  Duration unrenewed() {
    return Duration.ofNanos(clock.nanoTime() - renewedAt);
  }

  Leadership leadership(BooleanSupplier current, Api unlimited) {
    Fence fence =
        Fence.newBuilder()
            .setNamespace(key.namespace())
            .setName(key.name())
            .setEpoch(seen.getSpec().getEpoch())
            .build();
    String version = seen.getMetadata().getResourceVersion();
    return new Leadership(fence, unlimited.fenced(fence), version, current);
  }
}
