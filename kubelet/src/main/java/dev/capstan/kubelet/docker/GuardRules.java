package dev.capstan.kubelet.docker;

import dev.capstan.api.Numbers;
import dev.capstan.kubelet.runtime.AddressRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The rules that keep a pod from taking an address or a MAC that is not its own, in the words of
 * ebtables. They look at what enters the node's bridges; what the node itself sends is not looked
 * at.
 *
 * <p>A port that is known to be a pod's lets pass what is in that pod's name and nothing else. From
 * any other port, a pod's that has just been started among them, nothing passes that is in the name
 * of a pod or of the gateway: whoever is not known yet cannot use the moment.
 */
final class GuardRules {

  private final String chain;
  private final AddressRange range;

  GuardRules(String chain, AddressRange range) {
    this.chain = chain;
    this.range = range;
  }

  /** The MAC of the container that has this address, as Docker derives it. */
  static String mac(String address) {
    StringBuilder mac = new StringBuilder("02:42");
    for (String part : address.split("\\.")) {
      mac.append(String.format(":%02x", Numbers.parseInt(part)));
    }
    return mac.toString();
  }

  /** What a pod's port lets pass. */
  List<String> ofPort(String port, String address) {
    String from = "-i " + port + " -s " + mac(address);
    return List.of(
        from + " -p ARP --arp-ip-src " + address + " --arp-mac-src " + mac(address) + " -j RETURN",
        from + " -p IPv4 --ip-src " + address + " -j RETURN",
        "-i " + port + " -j DROP");
  }

  /** The whole chain, as ebtables-restore reads it: it takes the place of the one that is there. */
  String table(Collection<List<String>> ports) {
    List<String> lines = new ArrayList<>(List.of("*nat", ":" + chain + " RETURN"));
    ports.stream().flatMap(List::stream).map(this::append).forEach(lines::add);
    others().stream().map(this::append).forEach(lines::add);
    return String.join("\n", lines) + "\n";
  }

  private String append(String rule) {
    return "-A " + chain + " " + rule;
  }

  /** What no other network's chain has. */
  String ofStrangers() {
    return "-s " + macs(range.toString()) + " -j DROP";
  }

  /** For ports that are no pod's: those of visitors, and of the engine's other networks. */
  private List<String> others() {
    String visitors = range.visitors();
    String visitorMacs = macs(visitors);
    return List.of(
        "-s " + visitorMacs + " -p ARP --arp-ip-src " + visitors + " -j RETURN",
        "-s " + visitorMacs + " -p IPv4 --ip-src " + visitors + " -j RETURN",
        ofStrangers(),
        "-p ARP --arp-ip-src " + visitors + " -j RETURN",
        "-p IPv4 --ip-src " + visitors + " -j RETURN",
        "-p ARP --arp-ip-src " + range + " -j DROP",
        "-p IPv4 --ip-src " + range + " -j DROP");
  }

  /** MAC and mask of all addresses of a range. */
  private static String macs(String cidr) {
    int slash = cidr.indexOf('/');
    int mask = -1 << (32 - Numbers.parseInt(cidr.substring(slash + 1)));
    StringBuilder text = new StringBuilder(mac(cidr.substring(0, slash))).append("/ff:ff");
    for (int shift = 24; shift >= 0; shift -= 8) {
      text.append(String.format(":%02x", mask >>> shift & 255));
    }
    return text.toString();
  }
}
