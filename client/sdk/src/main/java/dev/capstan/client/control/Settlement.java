package dev.capstan.client.control;

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

  void settle(K key, Outcome outcome, WriteLog writes) throws InterruptedException {
    again(key, outcome);
    if (!writes.highest().isEmpty()) {
      park(key, writes.highest());
    }
    if (writes.uncertain()) {
      uncertain.add(key);
      resolve(key);
    }
  }

  private void again(K key, Outcome outcome) {
    switch (outcome) {
      case Outcome.Done() -> queue.forget(key);
      case Outcome.After(var delay) -> {
        queue.forget(key);
        queue.addAfter(key, delay);
      }
      case Outcome.Retry(ApiException.Conflict conflict) when waits(conflict) ->
          park(key, conflict.currentVersion());
      case Outcome.Retry(var cause) -> {
        queue.retry(key);
        log.debug("{} {}: again after a pause: {}", name, key, cause.toString());
      }
      case Outcome.GiveUp(var cause) -> {
        queue.forget(key);
        log.warn("{} {}: {}", name, key, cause.toString());
      }
    }
  }

  /** True if the caches have yet to see what won; else waiting for it would be a hot loop. */
  private boolean waits(ApiException.Conflict conflict) {
    return !conflict.currentVersion().isEmpty() && !informers.reached(conflict.currentVersion());
  }

  private void park(K key, String version) {
    queue.park(key, version);
    informers.want(version);
  }

  /**
   * Everything that may have been written is at or before a version read now: wait for that. Not
   * quite: a write that is still on its way may land later, which is why every write carries a
   * precondition or a deterministic name.
   */
  void resolve(K key) throws InterruptedException {
    try {
      String now = api.revision();
      uncertain.remove(key);
      park(key, now);
    } catch (ApiException e) {
      queue.retry(key);
    }
  }
}
