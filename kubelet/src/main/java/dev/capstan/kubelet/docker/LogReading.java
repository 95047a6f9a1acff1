package dev.capstan.kubelet.docker;

import dev.capstan.kubelet.runtime.LogSink;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One reading of a log in several passes over what the engine keeps of it: each sends what comes
 * after the last piece that was sent, so that nothing kept is left out or sent twice.
 *
 * <p>A piece is known by its time and by how many before it had the same: the parts of a long line
 * share one. Pieces are taken in the order in which they are kept, whatever their times.
 */
final class LogReading {

  private final Instant since;
  private final LogSink sink;
  private boolean silent;
  private volatile boolean wanted = true;
  private @Nullable Instant lastTime;
  private long ofLastTime;
  private byte[] lastBytes = new byte[0];
  private boolean sawEarlier;

  /**
   * A reading.
   *
   * @param since pieces at or after this time only; null for all
   */
  LogReading(@Nullable Instant since, LogSink sink) {
    this.since = since == null ? Instant.MIN : since;
    this.sink = sink;
  }

  /** The first pass sends nothing, but what comes after it is new. */
  void onlyLook() {
    silent = true;
  }

  /** False once the sink wants no more. */
  boolean wanted() {
    return wanted;
  }

  /**
   * Whether it is known how many pieces of the last one's time there are: not if a first pass over
   * the end of the log has met no earlier one.
   */
  boolean isCounted() {
    return lastTime == null || sawEarlier;
  }

  /** Sends nothing, and counts the pieces up to the last one that have its time. */
  Count count() {
    return new Count();
  }

  /** Sends everything. */
  Pass first() {
    return new Pass(true, false);
  }

  /**
   * Sends what comes after the last piece.
   *
   * @param whole whether it passes over everything that is kept, not only over the end
   */
  Pass next(boolean whole) {
    silent = false;
    return new Pass(lastTime == null && whole, whole);
  }

  /** Sends what is later than the last piece, which is not kept any more. */
  Pass afterGap() {
    Pass pass = new Pass(false, true);
    pass.lost = lastTime;
    return pass;
  }

  private boolean send(Instant time, byte[] bytes) throws InterruptedException {
    if (!wanted) {
      return false;
    }
    boolean same = time.equals(lastTime);
    sawEarlier |= lastTime != null && !same;
    ofLastTime = same ? ofLastTime + 1 : 1;
    lastTime = time;
    lastBytes = bytes;
    wanted = silent || time.isBefore(since) || sink.write(time, bytes);
    return wanted;
  }

  /** A pass that only counts. */
  final class Count {
    private long same;
    private long upToLast;

    /** Takes a piece; true: all are wanted. */
    boolean take(Instant time, byte[] bytes) {
      if (!time.equals(lastTime)) {
        sawEarlier |= same == 0;
        return true;
      }
      same++;
      // What has come since then may have the same time, too.
      upToLast = Arrays.equals(bytes, lastBytes) ? same : upToLast;
      return true;
    }

    /**
     * Uses the count.
     *
     * @param whole whether it passed over everything that is kept
     * @return whether it is certain
     */
    boolean done(boolean whole) {
      sawEarlier |= whole;
      if (sawEarlier && lastTime != null && upToLast > 0) {
        ofLastTime = upToLast;
        sink.position(lastTime, ofLastTime);
      }
      return sawEarlier;
    }
  }

  /** One pass, from older to newer. */
  final class Pass {
    private final boolean whole;
    private boolean found;
    private boolean beganBefore;
    private boolean empty = true;
    private long same;
    private @Nullable Instant lost;

    private Pass(boolean found, boolean whole) {
      this.found = found;
      this.whole = whole;
    }

    /** Whether the last piece sent before was met. */
    boolean found() {
      return found;
    }

    /** Whether there was nothing at all. */
    boolean isEmpty() {
      return empty;
    }

    /** Takes a piece; false if no more are wanted. */
    boolean take(Instant time, byte[] bytes) throws InterruptedException {
      empty = false;
      found |= lastTime == null && time.isBefore(since); // What is wanted comes after it.
      if (found) {
        return send(time, bytes);
      }
      if (lost != null) {
        return !time.isAfter(lost) || resume(time, bytes);
      }
      if (time.equals(lastTime)) {
        // At the beginning of a part it is not known how many of the same time came before.
        found = (whole || beganBefore) && ++same == ofLastTime;
      } else {
        beganBefore = true;
      }
      return true;
    }

    private boolean resume(Instant time, byte[] bytes) throws InterruptedException {
      found = true;
      Instant after = lost;
      if (after != null) {
        wanted = sink.gap(after, time);
      }
      return send(time, bytes);
    }
  }
}
