package io.keymantle.gateway;

import io.keymantle.domain.Destination;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.Scheme;

/// What a request says about its destination has to agree with where it goes (docs/design.md §5).
final class HostRules {
  private HostRules() {}

  /// Parses an authority as a client sent it.
  ///
  /// @throws RefusedException with `ambiguous_request`
  static Destination parse(Scheme scheme, String authority) {
    for (int i = 0; i < authority.length(); i++) {
      if (authority.charAt(i) <= ' ' || authority.charAt(i) >= 0x7f) {
        throw Refusals.ambiguous("a host name that is not ASCII");
      }
    }
    try {
      return Destination.ofAuthority(scheme, authority);
    } catch (RefusedException e) {
      throw Refusals.ambiguous(e.problem().message());
    }
  }

  /// Checks the `Host` header.
  ///
  /// @return the destination for which bindings are looked up: the same, but when a test took
  ///   [Guard#HOST] away, what the header claims
  /// @throws RefusedException with `destination_mismatch`
  static Destination require(Engine engine, Destination destination, IncomingRequest request) {
    String host = request.host();
    if (host == null || host.equals(destination.authority())) {
      return destination;
    }
    if (!engine.has(Guard.HOST)) {
      return parse(destination.scheme(), host);
    }
    requireSame(destination, host);
    return destination;
  }

  static void requireSame(Destination destination, String authority) {
    if (!parse(destination.scheme(), authority).equals(destination)) {
      throw mismatch(destination, "the Host header");
    }
  }

  static RefusedException mismatch(Destination destination, String what) {
    return RefusedException.of(
        ErrorCode.DESTINATION_MISMATCH,
        what + " names another host than the connection's destination " + destination,
        "open a connection of its own for each host");
  }
}
