package dev.capstan.apiserver.cache;

/**
 * Someone who follows revisions. Called under the cache's lock, in order of revisions: must neither
 * block nor call back.
 */
public interface Subscriber {

  /** A revision has an event at one of the subscriber's interests. */
  void offer(long revision);

  /** The cache has lost the thread of revisions: nothing after what was offered will come. */
  void expire();
}
