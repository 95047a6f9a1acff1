package dev.capstan.apiserver.watch;

/**
 * The numbers of revisions a watcher still has to look at, a bounded few. A watcher that falls
 * further behind forgets them and walks through the cache's ring instead: what it costs does not
 * grow with how slow it is.
 */
final class Backlog {

  private static final int MAX = 128;

  private long[] numbers = new long[4];
  private int head;
  private int count;
  private long last;

  /** Adds a revision unless it is there already; false if there is no room. */
  boolean add(long revision) {
    if (count > 0 && last == revision) {
      return true;
    }
    if (count == MAX) {
      return false;
    }
    if (count == numbers.length) {
      grow();
    }
    numbers[(head + count) % numbers.length] = revision;
    count++;
    last = revision;
    return true;
  }

  private void grow() {
    long[] larger = new long[numbers.length * 2];
    for (int i = 0; i < count; i++) {
      larger[i] = numbers[(head + i) % numbers.length];
    }
    numbers = larger;
    head = 0;
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** The oldest, which stays. */
  long first() {
    return numbers[head];
  }

  void removeFirst() {
    head = (head + 1) % numbers.length;
    count--;
  }

  void clear() {
    head = 0;
    count = 0;
  }
}
