package dev.capstan.apiserver.peers;

import java.net.SocketAddress;
import java.util.concurrent.Executor;

/** One connection, from its acceptance to its end. */
public final class PeerConnection {

  /** What can be done to the socket. */
  interface Line {

    /** Says why, if the other side listens, and closes. May be called from any thread. */
    void hangUp(String why);
  }

  final SocketAddress remote;
  final Peer address;
  final long opened;
  final Allowance allowance;
  final FrameMeter meter;
  private final Line line;
  private final Connections all;
  private final Turns turns;
  private volatile boolean known;

  PeerConnection(
      SocketAddress remote,
      Peer address,
      long opened,
      Allowance allowance,
      Turns turns,
      Line line,
      Connections all) {
    this.remote = remote;
    this.address = address;
    this.opened = opened;
    this.allowance = allowance;
    this.meter = new FrameMeter(allowance);
    this.turns = turns;
    this.line = line;
    this.all = all;
  }

  /** A call on it proved to be this user's. Called on the connection's event loop. */
  public void authenticated(String user) {
    if (!known) {
      known = true;
      all.authenticated(this, user);
    }
  }

  /**
   * Runs what a call on it needs a thread for, when it is its turn.
   *
   * @param threads a new one for each task
   */
  public void execute(Executor threads, Runnable task) {
    turns.execute(threads, task);
  }

  /** The call of this task has ended: if it still waits for its turn, it is held no longer. */
  public void forget(Runnable task) {
    turns.forget(task);
  }

  void hangUp(String why) {
    line.hangUp(why);
  }
}
