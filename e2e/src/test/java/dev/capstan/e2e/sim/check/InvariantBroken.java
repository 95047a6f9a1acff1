package dev.capstan.e2e.sim.check;

/** A promise that was not kept, in one sentence. */
public final class InvariantBroken extends AssertionError {

  private static final long serialVersionUID = 1;

  private final String id;
  private final String what;
  private final long revision;
  private final long nanos;

  InvariantBroken(String id, String what, long revision, long nanos) {
    super("%s at revision %d, %.3f s: %s".formatted(id, revision, nanos / 1e9, what));
    this.id = id;
    this.what = what;
    this.revision = revision;
    this.nanos = nanos;
  }

  /** The invariant, e.g. "I3". */
  public String id() {
    return id;
  }

  /** What is wrong, naming objects and numbers. */
  public String what() {
    return what;
  }

  /** The newest revision of the store at that moment. */
  public long revision() {
    return revision;
  }

  /** Simulated nanoseconds at that moment, as the harness counts them. */
  public long nanos() {
    return nanos;
  }
}
