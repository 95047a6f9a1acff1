package dev.capstan.e2e.sim.check;

/** One promise. Is told everything in order and reports when it is broken. */
interface Rule {

  /** A revision has been applied to the world. */
  default void committed(Commit commit) {}

  /** A call is being sent. */
  default void began(Call call) {}

  /** A call has come back to its client. */
  default void ended(Call call) {}
}
