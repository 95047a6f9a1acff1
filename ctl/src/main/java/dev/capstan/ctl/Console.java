package dev.capstan.ctl;

/** The person's end of the terminal. */
public interface Console {

  /** Columns of the terminal now; it may be resized at any time. 0 if they cannot be told. */
  int columns();

  /**
   * Runs something when the person ends the command with Ctrl-C.
   *
   * @return ends this arrangement
   */
  AutoCloseable onInterrupt(Runnable run);

  /** Nobody is there. */
  Console NONE =
      new Console() {
        @Override
        public int columns() {
          return 0;
        }

        @Override
        public AutoCloseable onInterrupt(Runnable run) {
          return () -> {};
        }
      };
}
