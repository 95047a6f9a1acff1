package dev.capstan.apiserver.peers;

/** So many at once, and so many a second in the long run. Not for several threads at a time. */
final class TokenBucket {

  private static final double NANOS = 1e9;

  private final double most;
  private final double perNano;
  private double tokens;
  private long filled;

  TokenBucket(double most, double perSecond, long now) {
    this.most = most;
    this.perNano = perSecond / NANOS;
    this.tokens = most;
    this.filled = now;
  }

  /** Takes so many, or none if there are fewer. */
  boolean take(double count, long now) {
    fill(now);
    if (tokens < count) {
      return false;
    }
    tokens -= count;
    return true;
  }

  /** Takes so many, below zero if need be: what follows waits the longer. */
  void fine(double count, long now) {
    fill(now);
    tokens = Math.max(tokens - count, -most);
  }

  /** Gives back. */
  void give(double count) {
    tokens = Math.min(most, tokens + count);
  }

  /** Whether nothing of it is in use. */
  boolean full(long now) {
    fill(now);
    return tokens >= most;
  }

  private void fill(long now) {
    tokens = Math.min(most, tokens + (now - filled) * perNano);
    filled = now;
  }
}
