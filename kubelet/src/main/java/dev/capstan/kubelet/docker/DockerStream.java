package dev.capstan.kubelet.docker;

import com.github.dockerjava.api.async.ResultCallback;
import dev.capstan.seam.Seam;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A stream of the engine that a thread waits for; closing it ends docker-java's reading. */
final class DockerStream<T> implements ResultCallback<T> {

  private final Runnable started;
  private final Consumer<T> items;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Closeable response;
  private @Nullable Throwable error;
  private boolean ended;
  private boolean closed;

  /**
   * A stream.
   *
   * @param started run when the engine has begun to answer
   * @param items takes each item on docker-java's thread
   */
  DockerStream(Runnable started, Consumer<T> items) {
    this.started = started;
    this.items = items;
  }

  @Override
  public void onStart(Closeable closeable) {
    boolean late;
    lock.lock();
    try {
      response = closeable;
      late = closed;
    } finally {
      lock.unlock();
    }
    if (late) {
      closeQuietly(closeable);
    } else {
      started.run();
    }
  }

  @Override
  public void onNext(T item) {
    items.accept(item);
  }

  @Override
  public void onError(Throwable throwable) {
    end(throwable);
  }

  @Override
  public void onComplete() {
    end(null);
  }

  private void end(@Nullable Throwable cause) {
    lock.lock();
    try {
      ended = true;
      error = error == null ? cause : error;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the end without a bound; closes the stream when interrupted. Returns what it failed
   * with, if it did.
   */
  @Nullable Throwable await() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (!ended && !closed) {
        changed.await();
      }
      return closed ? null : error;
    } finally {
      lock.unlock();
      close();
    }
  }

  /**
   * Waits for the end, or for somebody to close the stream, at most this long; then closes it.
   * Returns false if it had not ended.
   */
  boolean await(Seam seam, Duration limit) throws InterruptedException {
    long deadline = seam.clock().deadline(limit);
    lock.lockInterruptibly();
    try {
      while (!ended && !closed && seam.clock().awaitUntil(lock, changed, deadline)) {
        continue;
      }
      return ended && !closed;
    } finally {
      lock.unlock();
      close();
    }
  }

  /** What it failed with, if it did. */
  @Nullable Throwable error() {
    lock.lock();
    try {
      return error;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    Closeable open;
    lock.lock();
    try {
      closed = true;
      open = response;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (open != null) {
      closeQuietly(open);
    }
  }

  private static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException | UncheckedIOException e) {
      // It was going anyway.
      return;
    }
  }
}
