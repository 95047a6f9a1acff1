package dev.capstan.apiserver.peers;

import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * What one connection may send of each kind. Counting a frame is a subtraction; the clock and the
 * pool are asked only when the connection's own allowance is used up.
 */
final class Allowance {

  /** A connection's own burst is a quarter of a second's worth, and refills in fifty. */
  private static final int OWN_PART = 4;

  /** Enough for any client to begin with, also while its address is out of favour. */
  private static final int LEAST = 5;

  private static final long REFILL_NANOS = 50_000_000_000L;

  private final int[] burst = new int[FrameKind.values().length];
  private final int[] left = new int[burst.length];
  private final long[] filled = new long[burst.length];
  private final LongSupplier clock;
  private final Limits limits;
  private volatile Peer payer;

  /**
   * The allowance of a stranger.
   *
   * @param inFavour whether its address has not connected too often: else it gets the least
   */
  Allowance(Limits limits, Peer address, boolean inFavour, LongSupplier clock) {
    this.limits = limits;
    this.clock = clock;
    this.payer = address;
    for (FrameKind kind : FrameKind.values()) {
      burst[kind.ordinal()] = inFavour ? ownBurst(kind, true) : LEAST;
    }
    Arrays.fill(filled, clock.getAsLong());
    System.arraycopy(burst, 0, left, 0, left.length);
  }

  private int ownBurst(FrameKind kind, boolean stranger) {
    return Math.max(LEAST, (int) (limits.perSecond(kind, stranger) / OWN_PART));
  }

  /** From now on a known user's: more of everything, and calls without limit. */
  void grow(Peer user) {
    for (FrameKind kind : FrameKind.values()) {
      int own = kind == FrameKind.CALL ? Integer.MAX_VALUE : ownBurst(kind, false);
      left[kind.ordinal()] += own - burst[kind.ordinal()];
      burst[kind.ordinal()] = own;
    }
    payer = user;
  }

  /** Counts a frame; false if there is nothing left for it. */
  boolean take(FrameKind kind) {
    int i = kind.ordinal();
    if (left[i] == 0 && !refill(kind)) {
      return false;
    }
    left[i]--;
    return true;
  }

  /** Allows so many more, for there is a reason to send them. */
  void give(FrameKind kind, int count) {
    int i = kind.ordinal();
    if (left[i] < burst[i]) {
      left[i] += count;
    }
  }

  private boolean refill(FrameKind kind) {
    int i = kind.ordinal();
    long now = clock.getAsLong();
    long earned = (now - filled[i]) / Math.max(1, REFILL_NANOS / burst[i]);
    if (earned > 0) {
      filled[i] = now;
      left[i] = (int) Math.min(burst[i], earned);
    } else if (payer.lend(kind, burst[i], now)) {
      left[i] = burst[i];
    }
    return left[i] > 0;
  }
}
