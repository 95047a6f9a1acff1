package dev.capstan.ctl.golden;

import dev.capstan.ctl.Console;

/** A terminal of a fixed width, whose Ctrl-C is never pressed. */
record FakeConsole(int columns) implements Console {

  @Override
  public AutoCloseable onInterrupt(Runnable run) {
    return () -> {};
  }
}
