package dev.capstan.apiserver.watch;

/** What watchers report. Called on their threads: must not block. */
public interface WatchMetrics {

  /** Reports nothing. */
  WatchMetrics NONE =
      new WatchMetrics() {
        @Override
        public void frame(int bytes) {}

        @Override
        public void compacted() {}
      };

  /** A frame of this many bytes was handed to the transport. */
  void frame(int bytes);

  /** A watcher was told to list again, because it was too slow or came back too late. */
  void compacted();
}
