package dev.capstan.kvstore;

import org.jspecify.annotations.Nullable;

/** What can go wrong with a store, classified once. */
public abstract sealed class StoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The operation certainly had no effect; trying again may help. */
  public static final class Unavailable extends StoreException {
    private static final long serialVersionUID = 1L;

    public Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** A write that may have happened, or may happen yet. */
  public static final class UnknownOutcome extends StoreException {
    private static final long serialVersionUID = 1L;

    public UnknownOutcome(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The revision asked for is compacted. */
  public static final class Compacted extends StoreException {
    private static final long serialVersionUID = 1L;
    private final long compactRevision;

    public Compacted(long compactRevision) {
      super("revisions below " + compactRevision + " are compacted", null);
      this.compactRevision = compactRevision;
    }

    /** The oldest revision that can be read. */
    public long compactRevision() {
      return compactRevision;
    }
  }

  /** The revision asked for is above the store's. */
  public static final class Future extends StoreException {
    private static final long serialVersionUID = 1L;

    public Future(long revision, long storeRevision) {
      super("revision " + revision + " is above the store's " + storeRevision, null);
    }
  }

  /** The database is full; deletes still pass. */
  public static final class OutOfSpace extends StoreException {
    private static final long serialVersionUID = 1L;

    public OutOfSpace(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The store refused the request as such (too large, too many operations); it had no effect. */
  public static final class Invalid extends StoreException {
    private static final long serialVersionUID = 1L;

    public Invalid(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
