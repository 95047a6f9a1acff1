package dev.capstan.apiserver.peers;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/** Addresses and users, as long as it matters what they did. Guarded by {@link Connections}. */
final class Peers {

  private static final int MOST = 10_000;
  private static final int IPV6_PREFIX_BYTES = 8;
  private static final ByteBuffer LOOPBACK = ByteBuffer.wrap(new byte[] {127});

  private final Limits limits;
  private final Map<ByteBuffer, Peer> addresses = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<String, Peer> users = new LinkedHashMap<>(16, 0.75f, true);

  Peers(Limits limits) {
    this.limits = limits;
  }

  /**
   * An IPv4 address, or the 64 bits of an IPv6 address that its owner cannot choose. All of this
   * machine count as one: whoever is on it may take any of 127.0.0.0/8.
   */
  Peer address(SocketAddress remote, long now) {
    return find(addresses, key(remote), true, now);
  }

  /** Somebody known. */
  Peer user(String name, long now) {
    return find(users, name, false, now);
  }

  private <K> Peer find(Map<K, Peer> peers, K key, boolean stranger, long now) {
    Peer known = peers.get(key);
    if (known != null) {
      return known;
    }
    if (peers.size() >= MOST) {
      forget(peers, now);
    }
    Peer peer = new Peer(limits, stranger, now);
    peers.put(key, peer);
    return peer;
  }

  /** All of which nothing is left to remember; at least the one that was quiet for longest. */
  private static <K> void forget(Map<K, Peer> peers, long now) {
    peers.values().removeIf(peer -> peer.idle(now));
    if (peers.size() >= MOST) {
      peers.remove(peers.keySet().iterator().next());
    }
  }

  private static ByteBuffer key(SocketAddress remote) {
    if (!(remote instanceof InetSocketAddress inet) || inet.isUnresolved()) {
      return ByteBuffer.allocate(0);
    }
    if (inet.getAddress().isLoopbackAddress()) {
      return LOOPBACK;
    }
    ByteBuffer bytes = ByteBuffer.wrap(inet.getAddress().getAddress());
    return inet.getAddress() instanceof Inet6Address ? bytes.limit(IPV6_PREFIX_BYTES) : bytes;
  }
}
