package dev.capstan.client;

/** Hears of every write made through an {@link Api}; what read-your-writes is built on. */
public interface WriteListener {

  /** A write succeeded, at this version. */
  void wrote(String resourceVersion);

  /** A write may or may not have happened. */
  void unknown();

  /** Hears nothing. */
  WriteListener NONE =
      new WriteListener() {
        @Override
        public void wrote(String resourceVersion) {}

        @Override
        public void unknown() {}
      };
}
