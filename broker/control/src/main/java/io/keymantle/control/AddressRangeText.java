package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.net.InetAddress;

/// The text form of a range of addresses in CIDR notation, as bindings keep it.
final class AddressRangeText {
  private AddressRangeText() {}

  /// Checks `10.0.0.0/8`, `fd00::/8` or a single address, and returns it as written, with its
  /// prefix length.
  ///
  /// @throws RefusedException with `invalid_binding`
  static String canonical(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    try {
      byte[] bytes = InetAddress.ofLiteral(address).getAddress();
      int most = bytes.length * 8;
      String length = slash < 0 ? Integer.toString(most) : text.substring(slash + 1);
      boolean valid =
          length.matches("0|[1-9][0-9]{0,2}")
              && Integer.parseInt(length) <= most
              && address.indexOf('%') < 0
              && (address.contains(":") == (most == 128));
      if (valid && restIsZero(bytes, Integer.parseInt(length))) {
        return address + "/" + length;
      }
    } catch (IllegalArgumentException e) {
      throw refused();
    }
    throw refused();
  }

  private static boolean restIsZero(byte[] address, int prefixLength) {
    for (int bit = prefixLength; bit < address.length * 8; bit++) {
      if ((address[bit / 8] >> (7 - bit % 8) & 1) != 0) {
        return false;
      }
    }
    return true;
  }

  private static RefusedException refused() {
    return RefusedException.of(
        ErrorCode.INVALID_BINDING,
        "this is not a range of addresses",
        "use CIDR notation such as 10.0.0.0/8 or 127.0.0.1/32");
  }
}
