package dev.capstan.kubelet.node;

/** Whether a machine is about to run out of something. */
public sealed interface Pressure {

  /** There is enough. */
  record None() implements Pressure {}

  /**
   * It is nearly used up.
   *
   * @param words a sentence that says how far
   */
  record Present(String words) implements Pressure {}

  /**
   * It could not be found out, which is not the same as enough.
   *
   * @param words why
   */
  record Unknown(String words) implements Pressure {}
}
