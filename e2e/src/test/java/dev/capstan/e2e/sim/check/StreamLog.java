package dev.capstan.e2e.sim.check;

import dev.capstan.api.v1.WatchFrame;
import io.grpc.Status;

/** A watch stream as its client sees it. */
public final class StreamLog {

  StreamLog() {}

  /** The next message has arrived. */
  public void frame(WatchFrame frame, long nanos) {}

  /** It is over: broken, closed or ended by the server. */
  public void ended(Status status, long nanos) {}
}
