package dev.capstan.ctl.text;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A stream to a terminal: control characters of what is printed are shown ({@link Escapes#screen})
 * instead of sent. Whatever a server answers, and whoever forgets to escape it, moves no cursor.
 */
public final class VisibleStream extends PrintStream {

  private final PrintStream raw;

  /** Before a stream in UTF-8. */
  public VisibleStream(PrintStream raw) {
    super(new Shown(raw), false, StandardCharsets.UTF_8);
    this.raw = raw;
  }

  /** The stream behind, for what is meant to move the cursor, and for logs. */
  public static PrintStream raw(PrintStream stream) {
    return stream instanceof VisibleStream visible ? visible.raw : stream;
  }

  @Override
  public boolean checkError() {
    flush();
    return raw.checkError();
  }

  private static final class Shown extends OutputStream {
    private final PrintStream raw;

    Shown(PrintStream raw) {
      this.raw = raw;
    }

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    /** Whole characters: a PrintStream does not break them. */
    @Override
    public void write(byte[] bytes, int from, int length) {
      raw.print(Escapes.screen(new String(bytes, from, length, StandardCharsets.UTF_8)));
    }

    @Override
    public void flush() {
      raw.flush();
    }
  }
}
