package dev.capstan.kinds;

import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.LeaseSpec;

/**
 * Leases. Those that were acquired have an epoch; who holds them, and for how long, is decided by
 * Acquire alone.
 */
public final class LeaseStrategy implements Strategy<Lease> {

  /** The longest a lease may last: what a holder that is gone for good holds up others. */
  public static final int MAX_SECONDS = 3600;

  /** Without renewals there are no leaders to clean up and no live nodes. */
  @Override
  public boolean vital() {
    return true;
  }

  /** One of before there was a longest duration is cut to it, lest it cannot be renewed. */
  @Override
  public Lease updated(Lease old, Lease sent, Lease fresh) {
    int seconds = fresh.getSpec().getLeaseDurationSeconds();
    return seconds > MAX_SECONDS && seconds == old.getSpec().getLeaseDurationSeconds()
        ? fresh.toBuilder()
            .setSpec(fresh.getSpec().toBuilder().setLeaseDurationSeconds(MAX_SECONDS))
            .build()
        : fresh;
  }

  @Override
  public void validateUpdate(Lease old, Lease fresh, Violations at) {
    LeaseSpec before = old.getSpec();
    LeaseSpec after = fresh.getSpec();
    if (before.getEpoch().isEmpty() || after.getHolderIdentity().isEmpty()) {
      return;
    }
    Violations here = at.at("spec");
    here.at("holderIdentity")
        .check(
            after.getHolderIdentity().equals(before.getHolderIdentity()),
            "of a lease that was acquired is changed by Leases.Acquire alone; its holder may empty it");
    int longest = Math.min(before.getLeaseDurationSeconds(), MAX_SECONDS);
    here.at("leaseDurationSeconds")
        .check(
            after.getLeaseDurationSeconds() == longest,
            "of a lease that was acquired is changed by Leases.Acquire alone");
  }

  @Override
  public void validate(Lease object, Violations at) {
    LeaseSpec spec = object.getSpec();
    Violations here = at.at("spec");
    if (spec.hasLeaseDurationSeconds()) {
      here.at("leaseDurationSeconds").range(spec.getLeaseDurationSeconds(), 1, MAX_SECONDS);
    }
    here.at("leaseTransitions").range(spec.getLeaseTransitions(), 0, Long.MAX_VALUE);
    here.at("holderIdentity")
        .check(spec.getHolderIdentity().length() <= 253, "must be at most 253 characters");
  }
}
