package dev.capstan.kvstore.etcd;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.capstan.kvstore.StoreException;
import dev.capstan.seam.Clock;
import io.grpc.Status;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits for gRPC calls with a deadline by the seam's clock; a call that is given up is cancelled.
 */
record EtcdCalls(Clock clock) {

  /**
   * The call's answer.
   *
   * @throws ExecutionException it failed; the cause is gRPC's
   * @throws StoreException no answer in time, or interrupted: unknown for a write
   */
  <T> T await(ListenableFuture<T> call, Duration timeout, boolean write) throws ExecutionException {
    ReentrantLock lock = new ReentrantLock();
    Condition done = lock.newCondition();
    call.addListener(() -> signal(lock, done), MoreExecutors.directExecutor());
    long deadline = clock.deadline(timeout);
    lock.lock();
    try {
      while (!call.isDone()) {
        if (!clock.awaitUntil(lock, done, deadline) && !call.isDone()) {
          call.cancel(true);
          throw failed("no answer within " + timeout.toMillis() + " ms", write);
        }
      }
      return call.get();
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw failed("interrupted", write);
    } finally {
      lock.unlock();
    }
  }

  private static void signal(ReentrantLock lock, Condition done) {
    lock.lock();
    try {
      done.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static StoreException failed(String why, boolean write) {
    return EtcdErrors.classify(
        Status.DEADLINE_EXCEEDED.withDescription(why).asRuntimeException(), write);
  }
}
