package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.Scheme;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// The administrator's word on where a host and port are (`--resolve host:port:address[:port]`, as
/// curl's): no lookup, and the address counts as named even when it is loopback or private.
///
/// @param host canonical
/// @param port of the destination
/// @param address where to connect instead
public record HostOverride(String host, int port, InetSocketAddress address) {

  /// @throws IllegalArgumentException or [io.keymantle.domain.RefusedException] when the text is
  ///   not `host:port:address[:port]`
  public static HostOverride parse(String text) {
    int hostEnd = text.startsWith("[") ? text.indexOf(']') + 1 : text.indexOf(':');
    int portEnd = text.indexOf(':', hostEnd + 1);
    if (hostEnd <= 0 || portEnd < 0 || text.charAt(hostEnd) != ':') {
      throw new IllegalArgumentException("--resolve takes host:port:address[:port]");
    }
    Destination destination = Destination.ofAuthority(Scheme.HTTPS, text.substring(0, portEnd));
    String rest = text.substring(portEnd + 1);
    int addressEnd = rest.startsWith("[") ? rest.indexOf(']') + 1 : rest.indexOf(':');
    String address = addressEnd <= 0 ? rest : rest.substring(0, addressEnd);
    int port =
        addressEnd <= 0 || addressEnd == rest.length()
            ? destination.port()
            : Integer.parseInt(rest.substring(addressEnd + 1));
    String literal = address.startsWith("[") ? address.substring(1, address.length() - 1) : address;
    return new HostOverride(
        destination.host(),
        destination.port(),
        new InetSocketAddress(InetAddress.ofLiteral(literal), port));
  }
}
