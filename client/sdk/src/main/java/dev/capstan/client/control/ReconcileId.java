package dev.capstan.client.control;

import org.slf4j.MDC;

/** Tells the log lines of one reconcile from those of others. */
public final class ReconcileId {

  /** Under this key the id is in the context of the log lines, for a pattern's {@code %X}. */
  public static final String LOG_KEY = "reconcile";

  private static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

  private ReconcileId() {}

  /** {@code controller#count} of the reconcile this thread is in; "-" outside. */
  public static String current() {
    return CURRENT.orElse("-");
  }

  /** Calls it as the reconcile of this id. */
  static <T, X extends Exception> T during(String id, ScopedValue.CallableOp<T, X> work) throws X {
    // The context is the thread's own; nothing a reconcile starts on other threads inherits it.
    try (MDC.MDCCloseable log = MDC.putCloseable(LOG_KEY, id)) {
      return ScopedValue.where(CURRENT, id).call(work);
    }
  }
}
