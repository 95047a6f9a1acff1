package dev.capstan.apiserver.sessions;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.capstan.api.ApiErrors;
import dev.capstan.api.Kind;
import dev.capstan.api.KindRegistry;
import dev.capstan.api.v1.AnnounceRequest;
import dev.capstan.api.v1.LogChunk;
import dev.capstan.api.v1.SessionDownstream;
import dev.capstan.api.v1.SessionOffer;
import dev.capstan.api.v1.SessionUpstream;
import dev.capstan.apiserver.cache.CachedObject;
import dev.capstan.apiserver.handler.Call;
import dev.capstan.apiserver.handler.Endpoint.Bidirectional;
import dev.capstan.apiserver.handler.Endpoint.Streaming;
import dev.capstan.apiserver.handler.RequestStream;
import dev.capstan.apiserver.handler.ResponseStream;
import dev.capstan.apiserver.read.FreshReads;
import dev.capstan.seam.Seam;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The meeting place of clients and kubelets. A node opens no port: its kubelet keeps an
 * announcement stream, and for each session offered there it opens a stream of its own that names
 * the session's id. The id is 256 random bits, valid once and for {@link PodLogs#OPEN_WITHIN}:
 * knowing it is the right to the session.
 */
public final class NodeSessions {

  private static final int ID_BYTES = 32;

  private final Seam seam;
  private final FreshReads reads;
  private final Kind nodeKind;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by the lock.
  private final Map<String, Announcement> announcements = new LinkedHashMap<>();
  private final Map<String, Session> offered = new LinkedHashMap<>();

  public NodeSessions(Seam seam, FreshReads reads, KindRegistry kinds) {
    this.seam = seam;
    this.reads = reads;
    this.nodeKind = kinds.require("Node");
  }

  // What kubelets call.

  /** {@code NodeSessions.Announce}. */
  public Streaming<AnnounceRequest> announce() {
    return this::announce;
  }

  private void announce(Call call, AnnounceRequest request, ResponseStream out)
      throws InterruptedException {
    String node = request.getNodeName();
    checkNode(request, call.deadlineNanos());
    Announcement announcement = new Announcement(out);
    Announcement before = exchange(node, announcement);
    if (before != null) {
      before.replace().forEach(announcement::offer);
    }
    try {
      announcement.run();
    } finally {
      removeAnnouncement(node, announcement);
    }
  }

  private void checkNode(AnnounceRequest request, long deadlineNanos) throws InterruptedException {
    CachedObject node = reads.snapshot(deadlineNanos).get(nodeKind, "", request.getNodeName());
    if (node == null) {
      throw ApiErrors.notFound(nodeKind, request.getNodeName());
    }
    if (!node.object().metadata().getUid().equals(request.getNodeUid())) {
      throw ApiErrors.failedPrecondition(
          "OtherNode", "the node of this name has another uid: register first");
    }
  }

  private @Nullable Announcement exchange(String node, Announcement announcement) {
    lock.lock();
    try {
      return announcements.put(node, announcement);
    } finally {
      lock.unlock();
    }
  }

  private void removeAnnouncement(String node, Announcement announcement) {
    lock.lock();
    try {
      announcements.remove(node, announcement);
    } finally {
      lock.unlock();
    }
  }

  /** {@code NodeSessions.Open}. */
  public Bidirectional open() {
    return this::open;
  }

  private void open(Call call, RequestStream in, ResponseStream out) throws InterruptedException {
    Session session = claim(firstMessage(in));
    // Reading blocks, and so does waiting for the client to leave: a thread for each.
    Thread reader = seam.threads().start("session reader", () -> read(in, session));
    try {
      if (session.awaitOver()) {
        out.send(SessionDownstream.newBuilder().setCancel(true).build().toByteString());
      }
    } finally {
      session.end(lost());
      reader.interrupt();
    }
  }

  private static String firstMessage(RequestStream in) throws InterruptedException {
    ByteString bytes = in.next();
    SessionUpstream first = bytes == null ? null : parse(bytes);
    if (first == null || first.getMessageCase() != SessionUpstream.MessageCase.SESSION_ID) {
      throw ApiErrors.badRequest("sessionId", "must be the first message of a session stream");
    }
    return first.getSessionId();
  }

  private static @Nullable SessionUpstream parse(ByteString bytes) {
    try {
      return SessionUpstream.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return null;
    }
  }

  /** The session of an id, which thereby is used up. */
  private Session claim(String id) {
    Session session;
    lock.lock();
    try {
      session = offered.remove(id);
    } finally {
      lock.unlock();
    }
    if (session == null || !session.open()) {
      throw ApiErrors.error(Code.NOT_FOUND, "NotFound", "no session with this id is offered");
    }
    return session;
  }

  private static void read(RequestStream in, Session session) {
    Status how = lost();
    try {
      for (ByteString bytes = in.next(); bytes != null; bytes = in.next()) {
        SessionUpstream message = parse(bytes);
        if (message == null || message.getMessageCase() == SessionUpstream.MessageCase.SESSION_ID) {
          how = status(Code.INTERNAL, "the kubelet sent what is no part of a session");
          return;
        }
        if (message.hasEnd()) {
          how = message.getEnd();
          return;
        }
        if (message.hasData() && !session.put(chunk(message))) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      session.end(how);
    }
  }

  private static LogChunk chunk(SessionUpstream message) {
    LogChunk.Builder chunk =
        LogChunk.newBuilder().setData(message.getData()).setNotice(message.getLogNotice());
    if (message.hasLogPosition()) {
      chunk.setPosition(message.getLogPosition());
    }
    return chunk.build();
  }

  private static Status lost() {
    return status(Code.UNAVAILABLE, "the connection to the node was lost");
  }

  private static Status status(Code code, String message) {
    return Status.newBuilder().setCode(code.getNumber()).setMessage(message).build();
  }

  // What clients' methods call.

  /** A session that is offered under an id. */
  record Offered(String id, Session session) {}

  /**
   * Offers a session to a node's kubelet.
   *
   * @param offer all but the id
   * @throws io.grpc.StatusRuntimeException UNAVAILABLE naming the node if its kubelet is not
   *     connected or does not read
   */
  Offered offer(String node, SessionOffer offer) {
    byte[] random = new byte[ID_BYTES];
    seam.random().nextBytes(random);
    String id = HexFormat.of().formatHex(random);
    Session session = new Session(seam.clock());
    Announcement announcement;
    lock.lock();
    try {
      announcement = announcements.get(node);
      offered.put(id, session);
    } finally {
      lock.unlock();
    }
    if (announcement == null || !announcement.offer(offer.toBuilder().setSessionId(id).build())) {
      withdraw(id);
      throw ApiErrors.unavailable("the kubelet of node \"" + node + "\" is not connected");
    }
    return new Offered(id, session);
  }

  /** Makes an id invalid. */
  void withdraw(String id) {
    lock.lock();
    try {
      offered.remove(id);
    } finally {
      lock.unlock();
    }
  }

  /** Nodes whose kubelet is connected. */
  public int connected() {
    lock.lock();
    try {
      return announcements.size();
    } finally {
      lock.unlock();
    }
  }

  /** Sessions offered and not opened yet. */
  int waiting() {
    lock.lock();
    try {
      return offered.size();
    } finally {
      lock.unlock();
    }
  }
}
