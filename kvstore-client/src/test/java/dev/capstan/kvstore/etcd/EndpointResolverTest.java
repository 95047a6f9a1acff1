package dev.capstan.kvstore.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class EndpointResolverTest {

  private static InetSocketAddress address(String endpoint) {
    return EndpointResolver.address(endpoint);
  }

  @Test
  void hostsMayHaveAnUnderscore() {
    assertThat(address("my_etcd:2379").getHostString()).isEqualTo("my_etcd");
    assertThat(address("my_etcd:2379").getPort()).isEqualTo(2379);
    assertThat(address("127.0.0.1:1")).isEqualTo(new InetSocketAddress("127.0.0.1", 1));
  }

  @Test
  void addressesOfIpv6MayHaveBrackets() {
    InetSocketAddress loopback = new InetSocketAddress("::1", 2379);
    assertThat(address("[::1]:2379")).isEqualTo(loopback);
    assertThat(address("::1:2379")).isEqualTo(loopback);
    assertThat(loopback.isUnresolved()).isFalse();
  }

  @Test
  void theListIsATarget() {
    List<String> endpoints = List.of("my_etcd:2379", "[::1]:2379", "::1:2379");
    URI target = URI.create(EndpointResolver.target(endpoints));
    assertThat(target.getScheme()).isEqualTo(EndpointResolver.SCHEME);
    assertThat(target.getPath()).isEqualTo("/my_etcd:2379,[::1]:2379,::1:2379");
  }
}
