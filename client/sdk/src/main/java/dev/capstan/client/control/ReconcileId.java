package dev.capstan.client.control;

/** Tells the log lines of one reconcile from those of others. */
public final class ReconcileId {

  static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

  private ReconcileId() {}

  /** {@code controller#count} of the reconcile this thread is in; "-" outside. */
  public static String current() {
    return CURRENT.orElse("-");
  }
}
