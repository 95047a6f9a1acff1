package dev.capstan.kvstore.sqlite;

import dev.capstan.kvstore.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The one thread that touches SQLite.
 *
 * <p>A platform thread, the exception from the rule that threads come from the seam: a native call
 * would pin the carrier of a virtual thread for the length of an fsync, and with the test seam's
 * single carrier stop the world. Simulations use the memory store.
 */
final class DbThread {

  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Thread thread;
  private boolean closed;

  /** Only the thread itself looks at it. */
  private boolean ended;

  DbThread(String name) {
    thread = Thread.ofPlatform().daemon().name(name).start(this::run);
  }

  private void run() {
    try {
      while (!ended) {
        tasks.take().run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Runs a task after those before it and waits for its result.
   *
   * @param write whether an abandoned wait leaves something that may have happened
   */
  <T> T call(boolean write, Supplier<T> task) {
    if (Thread.currentThread() == thread) {
      throw new IllegalStateException("what depends on an answer waits for another: it would hang");
    }
    try {
      return submit(task).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw write
          ? new StoreException.UnknownOutcome("interrupted; the write may have happened", e)
          : new StoreException.Unavailable("interrupted", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : new CompletionException(e);
    }
  }

  /**
   * Runs a task after those before it. What depends on the promise runs on this thread, and holds
   * up all tasks: it must be short.
   */
  <T> CompletableFuture<T> submit(Supplier<T> task) {
    CompletableFuture<T> promise = new CompletableFuture<>();
    try {
      enqueue(() -> complete(promise, task));
    } catch (StoreException e) {
      promise.completeExceptionally(e);
    }
    return promise;
  }

  private static <T> void complete(CompletableFuture<T> future, Supplier<T> task) {
    try {
      future.complete(task.get());
    } catch (Throwable e) {
      future.completeExceptionally(e);
    }
  }

  /** Throws Unavailable once closed. */
  void checkOpen() {
    lock.lock();
    try {
      if (closed) {
        throw new StoreException.Unavailable("the store is closed", null);
      }
    } finally {
      lock.unlock();
    }
  }

  private void enqueue(Runnable task) {
    lock.lock();
    try {
      checkOpen();
      tasks.add(task);
    } finally {
      lock.unlock();
    }
  }

  /** Runs {@code last} after everything submitted and ends the thread. */
  void close(Runnable last) throws InterruptedException {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        tasks.add(() -> end(last));
      }
    } finally {
      lock.unlock();
    }
    thread.join();
  }

  private void end(Runnable last) {
    ended = true;
    last.run();
  }
}
