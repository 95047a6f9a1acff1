package dev.capstan.kinds;

import dev.capstan.api.v1.Lease;
import dev.capstan.api.v1.LeaseSpec;

/** Leases. Their epoch is written by Acquire alone. */
public final class LeaseStrategy implements Strategy<Lease> {

  /** Without renewals there are no leaders to clean up and no live nodes. */
  @Override
  public boolean vital() {
    return true;
  }

  @Override
  public void validate(Lease object, Violations at) {
    LeaseSpec spec = object.getSpec();
    Violations here = at.at("spec");
    if (spec.hasLeaseDurationSeconds()) {
      here.at("leaseDurationSeconds").range(spec.getLeaseDurationSeconds(), 1, Long.MAX_VALUE);
    }
    here.at("leaseTransitions").range(spec.getLeaseTransitions(), 0, Long.MAX_VALUE);
    here.at("holderIdentity")
        .check(spec.getHolderIdentity().length() <= 253, "must be at most 253 characters");
  }
}
