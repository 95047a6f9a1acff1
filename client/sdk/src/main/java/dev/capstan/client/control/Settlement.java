package dev.capstan.client.control;

import dev.capstan.api.ResourceVersions;
import dev.capstan.client.Api;
import dev.capstan.client.ApiException;
import dev.capstan.client.cache.InformerSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides when a key comes again after it was worked on. */
final class Settlement<K> {

  private static final Logger log = LoggerFactory.getLogger(Settlement.class);

  /** So many failures of one key in a row are worth a line. */
  private static final int LOUD = 8;

  private final String name;
  private final WorkQueue<K> queue;
  private final InformerSet informers;
  private final Api api;

  /**
   * Keys that wrote something nobody knows the outcome of. They must not be decided on before it is
   * known.
   */
  private final Set<K> uncertain = ConcurrentHashMap.newKeySet();

  Settlement(String name, WorkQueue<K> queue, InformerSet informers, Api api) {
    this.name = name;
    this.queue = queue;
    this.informers = informers;
    this.api = api;
  }

  boolean isUncertain(K key) {
    return uncertain.contains(key);
  }

  /**
   * Settles one turn of a key.
   *
   * @param decidedOn the version of the snapshot that was decided on: a write at or before it
   *     changed nothing, and there is nothing to wait for
   */
  void settle(K key, Outcome outcome, WriteLog writes, String decidedOn)
      throws InterruptedException {
    boolean backsOff = again(key, outcome, decidedOn);
    if (writes.wroteAfter(decidedOn)) {
      await(key, writes.highest(), backsOff);
    }
    if (writes.uncertain()) {
      uncertain.add(key);
      resolve(key, backsOff);
    }
  }

  /** True if the key comes again after a back-off, and not because of what it wrote. */
  private boolean again(K key, Outcome outcome, String decidedOn) {
    switch (outcome) {
      case Outcome.Done() -> queue.forget(key);
      case Outcome.After(var delay) -> {
        queue.forget(key);
        queue.addAfter(key, delay);
      }
      case Outcome.Retry(ApiException.Conflict conflict) when waits(conflict) ->
          await(key, conflict.currentVersion(), false);
      case Outcome.Retry(ApiException.Conflict conflict) when isNewer(conflict, decidedOn) ->
          queue.add(key);
      case Outcome.Retry(var cause) -> {
        queue.retry(key);
        if (queue.failures(key) == LOUD) {
          log.warn("{} {} fails again and again: {}", name, key, cause.toString());
        } else {
          log.debug("{} {}: again after a pause: {}", name, key, cause.toString());
        }
        return true;
      }
      case Outcome.GiveUp(var cause) -> {
        queue.forget(key);
        log.warn("{} {}: {}", name, key, cause.toString());
      }
    }
    return false;
  }

  /** True if the caches have yet to see what won; else waiting for it would be a hot loop. */
  private boolean waits(ApiException.Conflict conflict) {
    return !conflict.currentVersion().isEmpty() && !informers.reached(conflict.currentVersion());
  }

  /**
   * True if the caches have come to show what won meanwhile: there is something new to decide on.
   */
  private static boolean isNewer(ApiException.Conflict conflict, String decidedOn) {
    String won = conflict.currentVersion();
    return !won.isEmpty() && (decidedOn.isEmpty() || ResourceVersions.compare(won, decidedOn) > 0);
  }

  private void await(K key, String version, boolean backsOff) {
    if (backsOff) {
      queue.hold(key, version);
    } else {
      queue.park(key, version);
    }
    informers.want(version);
  }

  /**
   * Everything that may have been written is at or before a version read now: wait for that. Not
   * quite: a write that is still on its way may land later, which is why every write carries a
   * precondition or a deterministic name.
   */
  void resolve(K key) throws InterruptedException {
    resolve(key, false);
  }

  private void resolve(K key, boolean backsOff) throws InterruptedException {
    try {
      String now = api.revision();
      uncertain.remove(key);
      await(key, now, backsOff);
    } catch (ApiException e) {
      queue.retry(key);
    }
  }
}
