package dev.capstan.e2e.bench;

/**
 * Who runs replicas of an image on the engine. Each call asks and returns; nothing is waited for.
 */
interface Orchestrator extends AutoCloseable {

  /** How many replicas an update takes away at once before it starts new ones. */
  int UPDATE_AT_ONCE = 5;

  /** Its name in figures. */
  String name();

  /** Asks for so many replicas. What ends is started again at once. */
  void create(String app, int replicas, String image) throws InterruptedException;

  /** Asks for another image: {@link #UPDATE_AT_ONCE} at a time, the old stopped first. */
  void update(String app, String image) throws InterruptedException;

  /** Asks for all of it to go. */
  void remove(String app) throws InterruptedException;

  /** Leaves the engine as it was before; idempotent. */
  @Override
  void close();
}
