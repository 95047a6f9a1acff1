package dev.capstan.apiserver.peers;

import dev.capstan.seam.Seam;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All connections of a server. Strangers, which have not authenticated a call yet, have little time
 * and little room: when there are too many, the oldest makes room for the newest, so that silent
 * connections by the thousand do not keep out those that have something to say. Nobody is refused
 * for what others do who have the same address: on one machine, that is everybody.
 */
public final class Connections implements AutoCloseable {

  /** How many new connections of its address one costs that had to be cut. */
  private static final int FINE = 50;

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Seam seam;
  private final Limits limits;
  private final CutLog log;
  private final Peers peers;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<SocketAddress, PeerConnection> open = new LinkedHashMap<>();
  private final Set<PeerConnection> strangers = new LinkedHashSet<>();
  private final Thread watch;

  public Connections(Seam seam, Limits limits, ConnectionMetrics metrics) {
    this.seam = seam;
    this.limits = limits;
    this.log = new CutLog(seam.clock(), metrics);
    this.peers = new Peers(limits);
    this.watch = seam.threads().start("connections", this::watch);
  }

  /** Lets a new connection in; null if there is no room for it, and it is to be closed. */
  @Nullable PeerConnection admit(SocketAddress remote, PeerConnection.Line line) {
    Reason why;
    PeerConnection oldest;
    PeerConnection admitted;
    lock.lock();
    try {
      long now = now();
      Peer address = peers.address(remote, now);
      Reason refusal = refusal(address);
      if (refusal != null) {
        log.refused(refusal, remote);
        return null;
      }
      boolean inFavour = address.connect(now);
      why = inFavour ? Reason.STRANGERS : Reason.CONNECTS;
      oldest = inTheWay(address);
      Allowance allowance = new Allowance(limits, address, inFavour, seam.clock()::nanoTime);
      Turns turns = new Turns(limits.of(Limit.RUNNING_CALLS));
      admitted = new PeerConnection(remote, address, now, allowance, turns, line, this);
      add(admitted);
    } finally {
      lock.unlock();
    }
    if (oldest != null) {
      cut(oldest, why, why.words());
    }
    return admitted;
  }

  private @Nullable Reason refusal(Peer address) {
    if (open.size() >= limits.of(Limit.CONNECTIONS)) {
      return Reason.TOO_MANY;
    }
    return address.open >= limits.of(Limit.ADDRESS_CONNECTIONS) ? Reason.TOO_MANY_OF_ADDRESS : null;
  }

  private @Nullable PeerConnection inTheWay(Peer address) {
    boolean full = strangers.size() >= limits.of(Limit.STRANGERS);
    if (!full && address.strangers < limits.of(Limit.ADDRESS_STRANGERS)) {
      return null;
    }
    for (PeerConnection stranger : strangers) {
      if (full || stranger.address == address) {
        forgetStranger(stranger);
        return stranger;
      }
    }
    return null;
  }

  private void add(PeerConnection connection) {
    open.put(connection.remote, connection);
    strangers.add(connection);
    connection.address.open++;
    connection.address.strangers++;
  }

  private void forgetStranger(PeerConnection connection) {
    if (strangers.remove(connection)) {
      connection.address.strangers--;
    }
  }

  /** The connection from this address and port. */
  @Nullable PeerConnection at(@Nullable SocketAddress remote) {
    lock.lock();
    try {
      return open.get(remote);
    } finally {
      lock.unlock();
    }
  }

  void authenticated(PeerConnection connection, String user) {
    lock.lock();
    try {
      forgetStranger(connection);
      connection.allowance.grow(peers.user(user, now()));
    } finally {
      lock.unlock();
    }
    connection.address.proved();
  }

  /** It has sent too much of a kind. Called on its event loop. */
  void flooded(PeerConnection connection, FrameKind kind) {
    connection.address.fine(FINE, now());
    cut(connection, Reason.FLOOD, "too many " + kind.words());
  }

  void ended(PeerConnection connection) {
    lock.lock();
    try {
      if (open.remove(connection.remote, connection)) {
        connection.address.open--;
        forgetStranger(connection);
      }
    } finally {
      lock.unlock();
    }
  }

  private void watch() {
    try {
      while (true) {
        seam.clock().sleep(LOOK);
        cutTheSlow();
        log.summary();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Closed.
    }
  }

  private void cutTheSlow() {
    long now = now();
    long handshake = Duration.ofSeconds(limits.of(Limit.HANDSHAKE_SECONDS)).toNanos();
    long firstCall = Duration.ofSeconds(limits.of(Limit.FIRST_CALL_SECONDS)).toNanos();
    for (PeerConnection stranger : strangers()) {
      long age = now - stranger.opened;
      if (age >= handshake && !stranger.meter.greeted()) {
        cut(stranger, Reason.HANDSHAKE, Reason.HANDSHAKE.words());
      } else if (age >= firstCall) {
        cut(stranger, Reason.FIRST_CALL, Reason.FIRST_CALL.words());
      }
    }
  }

  private List<PeerConnection> strangers() {
    lock.lock();
    try {
      return new ArrayList<>(strangers);
    } finally {
      lock.unlock();
    }
  }

  private void cut(PeerConnection connection, Reason reason, String why) {
    lock.lock();
    try {
      forgetStranger(connection); // At once: its end comes later, from its event loop.
    } finally {
      lock.unlock();
    }
    log.cut(reason, connection.remote, why);
    connection.hangUp(why);
  }

  /** Open connections. */
  public long count() {
    lock.lock();
    try {
      return open.size();
    } finally {
      lock.unlock();
    }
  }

  private long now() {
    return seam.clock().nanoTime();
  }

  @Override
  public void close() {
    watch.interrupt();
  }

  /** For people: where a connection came from. */
  static String name(SocketAddress remote) {
    return remote instanceof InetSocketAddress inet
        ? inet.getAddress().getHostAddress()
        : String.valueOf(remote);
  }
}
