package io.keymantle.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressPolicyTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "fd00:ec2::254",
        "100.64.0.1",
        "100.127.255.255",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "192.0.2.1",
        "::1",
        "::",
        "::ffff:10.0.0.1",
        "::7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:1::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "2001:db8::1",
        "4000::1"
      })
  void address_ofASpecialRange_isRefusedUnlessNamed(String address) {
    assertThat(AddressPolicy.allows(InetAddress.ofLiteral(address), List.of())).isFalse();
    assertThat(AddressPolicy.allows(InetAddress.ofLiteral(address), List.of("9.9.9.9/32")))
        .isFalse();
    assertThat(AddressPolicy.allows(InetAddress.ofLiteral(address), List.of(address))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "172.15.0.1",
        "172.32.0.1",
        "100.128.0.1",
        "9.255.255.255",
        "140.82.1.1",
        "2606:4700::1111",
        "2a00:1450::1",
        "2620:fe::fe"
      })
  void address_ofThePublicInternet_isAllowed(String address) {
    assertThat(AddressPolicy.allows(InetAddress.ofLiteral(address), List.of())).isTrue();
  }

  @Test
  void range_coversItsAddressesOnly() {
    List<String> named = List.of("10.20.0.0/14", "fd00:1::/32");
    assertThat(AddressPolicy.allows(InetAddress.ofLiteral("10.23.255.255"), named)).isTrue();
    assertThat(AddressPolicy.allows(InetAddress.ofLiteral("10.24.0.0"), named)).isFalse();
    assertThat(AddressPolicy.allows(InetAddress.ofLiteral("fd00:1:2::3"), named)).isTrue();
    assertThat(AddressPolicy.allows(InetAddress.ofLiteral("fd00:2::3"), named)).isFalse();
  }
}
