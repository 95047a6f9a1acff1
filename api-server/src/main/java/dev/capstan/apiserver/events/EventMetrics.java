package dev.capstan.apiserver.events;

/** What the event lane reports. Must not block. */
public interface EventMetrics {

  /** Reports nothing. */
  EventMetrics NONE =
      new EventMetrics() {
        @Override
        public void dropped() {}

        @Override
        public void stored() {}
      };

  /** An event was lost: the lane was full, the store did not take it, or its namespace is gone. */
  void dropped();

  /** An event was stored or merged into a stored one. */
  void stored();
}
