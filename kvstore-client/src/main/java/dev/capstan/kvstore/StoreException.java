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

  /** A group's guard was not as expected; nothing of the group was applied. */
  public static final class GuardFailed extends StoreException {
    private static final long serialVersionUID = 1L;
    private final transient KvStore.@Nullable Entry current;

    public GuardFailed(String key, KvStore.@Nullable Entry current) {
      super("the guard " + key + " has changed", null);
      this.current = current;
    }

    /** What is stored under the guard's key, or null. */
    public KvStore.@Nullable Entry current() {
      return current;
    }
  }

  /**
   * Something stored cannot be read: damaged, or written with another key or by a newer version.
   */
  public static final class Corrupt extends StoreException {
    private static final long serialVersionUID = 1L;

    public Corrupt(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** The value of one key cannot be read; all others can. */
  public static final class Unreadable extends StoreException {
    private static final long serialVersionUID = 1L;
    private final String key;
    private final long modRevision;

    /**
     * @param why names the key
     */
    public Unreadable(KvStore.Entry entry, String why, @Nullable Throwable cause) {
      super(why, cause);
      this.key = entry.key();
      this.modRevision = entry.modRevision();
    }

    /** The key. */
    public String key() {
      return key;
    }

    /** The revision at which the value was written. */
    public long modRevision() {
      return modRevision;
    }
  }

  /**
   * The store cannot be opened at all (in use by another process, too old); trying again does not
   * help.
   */
  public static final class Unusable extends StoreException {
    private static final long serialVersionUID = 1L;

    public Unusable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }
}
