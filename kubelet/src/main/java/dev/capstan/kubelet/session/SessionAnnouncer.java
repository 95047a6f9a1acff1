package dev.capstan.kubelet.session;

import com.google.rpc.Code;
import dev.capstan.api.v1.AnnounceRequest;
import dev.capstan.api.v1.NodeSessionsGrpc;
import dev.capstan.api.v1.SessionOffer;
import dev.capstan.client.Backoff;
import dev.capstan.client.Connection;
import dev.capstan.kubelet.pod.PodManager;
import dev.capstan.kubelet.runtime.ContainerRuntime;
import dev.capstan.kubelet.runtime.NodeIdentity;
import dev.capstan.seam.Seam;
import io.grpc.CallOptions;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the stream on which the API server offers sessions of one node, and serves each session on
 * a stream and a thread of its own.
 */
public final class SessionAnnouncer implements Runnable, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SessionAnnouncer.class);

  private final Connection announcements;
  private final Connection sessions;
  private final NodeIdentity node;
  private final PodManager pods;
  private final ContainerRuntime runtime;
  private final Seam seam;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Thread> open = new LinkedHashSet<>();
  private volatile boolean connected;

  /**
   * An announcer.
   *
   * @param announcements connection of the stream that only announces
   * @param sessions connection of the sessions' streams
   */
  public SessionAnnouncer(
      Connection announcements,
      Connection sessions,
      NodeIdentity node,
      PodManager pods,
      ContainerRuntime runtime) {
    this.announcements = announcements;
    this.sessions = sessions;
    this.node = node;
    this.pods = pods;
    this.runtime = runtime;
    this.seam = announcements.seam();
  }

  /** True while the stream is open, as far as is known. */
  public boolean connected() {
    return connected;
  }

  /** Announces until interrupted. */
  @Override
  public void run() {
    try {
      for (int failures = 0; ; failures++) {
        long begun = seam.clock().nanoTime();
        String why = listen();
        connected = false;
        if (seam.clock().nanoTime() - begun > Backoff.RECONNECT.max().toNanos()) {
          failures = 0;
        }
        log.debug("sessions of {}: {}", node.nodeName(), why);
        seam.clock().sleep(Backoff.PROMPT.delay(failures, seam.random()));
        announcements.reconnectNow();
      }
    } catch (InterruptedException e) {
      return; // The kubelet stops.
    }
  }

  /** Until the stream ends; says why it did. */
  private String listen() throws InterruptedException {
    try {
      Iterator<SessionOffer> offers =
          ClientCalls.blockingServerStreamingCall(
              announcements.streams(),
              NodeSessionsGrpc.getAnnounceMethod(),
              CallOptions.DEFAULT,
              AnnounceRequest.newBuilder()
                  .setNodeName(node.nodeName())
                  .setNodeUid(node.nodeUid())
                  .build());
      connected = true;
      while (offers.hasNext()) {
        begin(offers.next());
      }
      return "ended";
    } catch (StatusRuntimeException e) {
      if (e.getCause() instanceof InterruptedException || Thread.interrupted()) {
        throw new InterruptedException("announcements");
      }
      return String.valueOf(e.getMessage());
    }
  }

  private void begin(SessionOffer offer) {
    lock.lock();
    try {
      open.add(seam.threads().start("session", () -> serve(offer)));
    } finally {
      lock.unlock();
    }
  }

  private void serve(SessionOffer offer) {
    Thread self = Thread.currentThread();
    try (SessionUplink uplink =
        SessionUplink.open(sessions.streams(), offer.getSessionId(), self::interrupt)) {
      if (!offer.hasLogs()) {
        uplink.end(LogSession.status(Code.UNIMPLEMENTED, "this kubelet serves logs only"));
        return;
      }
      LogSession session =
          new LogSession(pods, runtime, seam.clock(), offer.getLogs(), offer.getPodUid(), uplink);
      uplink.end(session.run());
    } catch (InterruptedException e) {
      return; // Nobody listens any more, or the kubelet stops.
    } finally {
      lock.lock();
      try {
        open.remove(self);
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      open.forEach(Thread::interrupt);
    } finally {
      lock.unlock();
    }
  }
}
