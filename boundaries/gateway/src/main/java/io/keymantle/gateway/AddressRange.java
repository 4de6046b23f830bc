package io.keymantle.gateway;

import java.net.InetAddress;

/// A range of addresses in CIDR notation, such as `10.0.0.0/8`; a bare address is a range of one.
final class AddressRange {
  private final byte[] network;
  private final int bits;

  private AddressRange(byte[] network, int bits) {
    this.network = network;
    this.bits = bits;
  }

  /// @throws IllegalArgumentException when the text is no address or range
  static AddressRange parse(String text) {
    int slash = text.indexOf('/');
    byte[] network =
        InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
    int bits = slash < 0 ? network.length * 8 : Integer.parseInt(text.substring(slash + 1));
    if (bits < 0 || bits > network.length * 8) {
      throw new IllegalArgumentException("not a range of addresses: " + text);
    }
    return new AddressRange(network, bits);
  }

  boolean contains(InetAddress address) {
    byte[] other = address.getAddress();
    if (other.length != network.length) {
      return false;
    }
    for (int i = 0; i < bits; i += 8) {
      int mask = bits - i >= 8 ? 0xff : 0xff << (8 - (bits - i)) & 0xff;
      if ((network[i / 8] & mask) != (other[i / 8] & mask)) {
        return false;
      }
    }
    return true;
  }
}
