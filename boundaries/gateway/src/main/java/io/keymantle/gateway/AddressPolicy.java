package io.keymantle.gateway;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/// Which addresses a destination's name may resolve to (docs/design.md §5): public unicast ones,
/// and special ones only where the destination's host is that very address or a binding names a
/// range that holds it.
final class AddressPolicy {
  /// IANA special-purpose registries (RFC 6890 and its updates), the ranges in which an IPv4
  /// address hides inside an IPv6 one, and the one metadata service at a public address (Azure's).
  private static final List<AddressRange> SPECIAL =
      List.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "168.63.129.16/32",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.31.196.0/24",
              "192.52.193.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "192.175.48.0/24",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/3",
              "::/96",
              "::ffff:0:0:0/96",
              "64:ff9b::/96",
              "64:ff9b:1::/48",
              "100::/64",
              "2001::/23",
              "2001:db8::/32",
              "2002::/16",
              "3fff::/20",
              "5f00::/16",
              "fc00::/7",
              "fe80::/9",
              "ff00::/8")
          .stream()
          .map(AddressRange::parse)
          .toList();

  private AddressPolicy() {}

  /// Whether the address is loopback, private, link-local, metadata or otherwise not of the public
  /// internet. An IPv4-mapped IPv6 address is always special: the JDK hands those out as IPv4.
  static boolean isSpecial(InetAddress address) {
    for (AddressRange range : SPECIAL) {
      if (range.contains(address)) {
        return true;
      }
    }
    return !(address instanceof Inet4Address) && (address.getAddress()[0] & 0xe0) != 0x20;
  }

  /// @param named ranges that bindings for this destination name
  static boolean allows(InetAddress address, List<String> named) {
    if (!isSpecial(address)) {
      return true;
    }
    for (String range : named) {
      if (AddressRange.parse(range).contains(address)) {
        return true;
      }
    }
    return false;
  }
}
