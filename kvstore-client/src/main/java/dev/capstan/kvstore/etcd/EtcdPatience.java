package dev.capstan.kvstore.etcd;

import com.google.common.util.concurrent.ListenableFuture;
import dev.capstan.kvstore.DeadlineWatch;
import dev.capstan.seam.Clock;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/** Cancels gRPC calls for which nobody waits and that are not answered in time. */
final class EtcdPatience {

  private final Clock clock;
  private final Duration timeout;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Patient> open = new LinkedHashSet<>();
  private final DeadlineWatch<Patient> deadlines;

  EtcdPatience(Seam seam, Duration timeout) {
    this.clock = seam.clock();
    this.timeout = timeout;
    this.deadlines =
        new DeadlineWatch<>(
            seam, lock, () -> List.copyOf(open), p -> p.deadlineNanos, p -> p.call.cancel(true));
  }

  /** Has patience with a call until it says that it is answered. */
  Patient with(ListenableFuture<?> call) {
    Patient patient = new Patient(call, clock.deadline(timeout));
    lock.lock();
    try {
      open.add(patient);
      deadlines.added(patient);
    } finally {
      lock.unlock();
    }
    return patient;
  }

  /** A call that is under way. */
  final class Patient {
    private final ListenableFuture<?> call;
    private final long deadlineNanos;

    private Patient(ListenableFuture<?> call, long deadlineNanos) {
      this.call = call;
      this.deadlineNanos = deadlineNanos;
    }

    /** It needs no more patience. */
    void answered() {
      lock.lock();
      try {
        open.remove(this);
      } finally {
        lock.unlock();
      }
    }
  }
}
