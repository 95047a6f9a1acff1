package dev.capstan.client.cache;

import dev.capstan.api.ResourceVersions;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.seam.Seam;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders a bookmark when somebody waits for a version that does not come by itself, because nothing
 * that is watched changed at it.
 */
final class Bookmarks implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Bookmarks.class);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Api api;
  private final Seam seam;
  private final Store store;
  private final Duration patience;
  private volatile @Nullable Thread thread;

  /** Highest version anybody waits for. */
  private String wanted = "";

  /** {@link Store#resets} when it was wanted. */
  private long resets;

  /** Orders since it was wanted. */
  private int orders;

  /** Id of the open watch; empty between watches. */
  private String watchId = "";

  Bookmarks(Api api, Store store, Duration patience) {
    this.api = api.retryingFor(Duration.ZERO);
    this.seam = api.connection().seam();
    this.store = store;
    this.patience = patience;
  }

  void start() {
    thread = seam.threads().start("bookmarks", this::run);
  }

  @Override
  public void close() {
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }

  void want(String version) {
    if (version.isEmpty() || store.reached(version)) {
      return;
    }
    lock.lock();
    try {
      if (wanted.isEmpty() || ResourceVersions.compare(version, wanted) > 0) {
        wanted = version;
        resets = store.resets();
        orders = 0;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  void watching(String id) {
    lock.lock();
    try {
      watchId = id;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      while (true) {
        awaitWant();
        seam.clock().sleep(patience.multipliedBy(1L << Math.min(orders++, 5)));
        order();
      }
    } catch (InterruptedException e) {
      log.debug("bookmarks closed");
    }
  }

  private void awaitWant() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (wanted.isEmpty()) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void order() throws InterruptedException {
    String id = unmet();
    if (id.isEmpty()) {
      return;
    }
    try {
      api.bookmark(id);
    } catch (ApiException e) {
      log.debug("no bookmark: {}", e.message()); // The watch may just have broken; asked again.
    }
  }

  /** The watch to ask; empty if there is none or nothing is left to wait for. */
  private String unmet() {
    lock.lock();
    try {
      if (!wanted.isEmpty() && (store.reached(wanted) || store.resets() != resets)) {
        wanted = "";
      }
      return wanted.isEmpty() ? "" : watchId;
    } finally {
      lock.unlock();
    }
  }
}
