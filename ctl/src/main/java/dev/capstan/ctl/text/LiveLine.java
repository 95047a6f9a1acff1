package dev.capstan.ctl.text;

import java.io.PrintStream;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A line of a terminal that changes in place.
 *
 * <p>The terminal may be resized at any time. So the line is never wider than one row (what does
 * not fit is not shown), and the cursor waits at its beginning: a terminal that breaks a line when
 * it becomes narrower leaves the cursor there. What was shown is overwritten first, and then
 * cleared from the cursor on: some terminals keep in their history what is cleared as a whole.
 */
public final class LiveLine {

  private static final String CLEAR_REST = "\u001b[J";
  private static final String NO_WRAP = "\u001b[?7l";
  private static final String WRAP = "\u001b[?7h";

  private final PrintStream out;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by the lock.
  private String shown = "";
  private boolean left;

  /** On a terminal. */
  public LiveLine(PrintStream out) {
    this.out = VisibleStream.raw(out);
  }

  /** Shows a text instead of what was shown. */
  public void show(String text) {
    lock.lock();
    try {
      String line = Escapes.line(text);
      if (!left && !line.equals(shown)) {
        print("\r" + NO_WRAP + line + " " + CLEAR_REST + WRAP + "\r");
        shown = line;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Shows nothing. */
  public void clear() {
    lock.lock();
    try {
      if (!shown.isEmpty()) {
        print("\r " + CLEAR_REST + "\r");
        shown = "";
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Goes to the next line, at the end of the command: what is shown stays, nothing is shown any
   * more.
   *
   * @return false if nothing was shown
   */
  public boolean leave() {
    lock.lock();
    try {
      left = true;
      boolean live = !shown.isEmpty();
      if (live) {
        print("\r" + shown + CLEAR_REST + "\n");
        shown = "";
      }
      return live;
    } finally {
      lock.unlock();
    }
  }

  private void print(String text) {
    out.print(text);
    out.flush();
  }
}
