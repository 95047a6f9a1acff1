package dev.capstan.kubelet.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kubelet.runtime.AddressRange;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of the bridge's ports, as ebtables-restore reads them. */
class GuardRulesTest {

  private final GuardRules rules = new GuardRules("CAPSTAN-x", AddressRange.parse("10.88.0.0/22"));

  @Test
  void aPodSpeaksInItsOwnNameAndNobodyElseInAPods() {
    assertThat(rules.table(List.of(rules.ofPort("veth1", "10.88.1.16"))))
        .isEqualTo(
            """
            *nat
            :CAPSTAN-x RETURN
            -A CAPSTAN-x -i veth1 -s 02:42:0a:58:01:10 -p ARP --arp-ip-src 10.88.1.16 --arp-mac-src 02:42:0a:58:01:10 -j RETURN
            -A CAPSTAN-x -i veth1 -s 02:42:0a:58:01:10 -p IPv4 --ip-src 10.88.1.16 -j RETURN
            -A CAPSTAN-x -i veth1 -j DROP
            -A CAPSTAN-x -s 02:42:0a:58:03:f8/ff:ff:ff:ff:ff:f8 -p ARP --arp-ip-src 10.88.3.248/29 -j RETURN
            -A CAPSTAN-x -s 02:42:0a:58:03:f8/ff:ff:ff:ff:ff:f8 -p IPv4 --ip-src 10.88.3.248/29 -j RETURN
            -A CAPSTAN-x -s 02:42:0a:58:00:00/ff:ff:ff:ff:fc:00 -j DROP
            -A CAPSTAN-x -p ARP --arp-ip-src 10.88.3.248/29 -j RETURN
            -A CAPSTAN-x -p IPv4 --ip-src 10.88.3.248/29 -j RETURN
            -A CAPSTAN-x -p ARP --arp-ip-src 10.88.0.0/22 -j DROP
            -A CAPSTAN-x -p IPv4 --ip-src 10.88.0.0/22 -j DROP
            """);
  }
}
