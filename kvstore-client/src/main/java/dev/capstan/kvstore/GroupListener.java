package dev.capstan.kvstore;

/**
 * Told of every group that was resolved; for metrics. Called on the thread that brings the answer,
 * maybe the transport's: do not block.
 */
public interface GroupListener {

  /** Listens to nothing. */
  GroupListener NONE = (members, bytes, nanos, attempts) -> {};

  /**
   * @param members transactions in the group
   * @param bytes what it carried
   * @param nanos from the first submission to the definite answer, or until it was given up
   * @param attempts submissions; more than 1 if the outcome was unknown or the store unavailable
   */
  void onGroup(int members, int bytes, long nanos, int attempts);
}
