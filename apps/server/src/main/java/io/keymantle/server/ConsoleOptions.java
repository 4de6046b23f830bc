package io.keymantle.server;

import io.keymantle.api.ConsoleOrigin;
import io.keymantle.cli.Invocation;
import io.keymantle.cli.UsageException;
import io.keymantle.factors.RelyingParty;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/// Where `up` was asked to put the web console.
///
/// @param on whether there is to be one
/// @param port empty for the port of last time, 0 for any free one
/// @param proxy what browsers call it behind a TLS proxy
record ConsoleOptions(boolean on, OptionalInt port, Optional<URI> proxy) {
  static final String PORT = "--console-port";
  static final String ORIGIN = "--console-origin";

  static ConsoleOptions of(Invocation invocation) {
    boolean on = !invocation.has(PORT) || !invocation.text(PORT).equals("off");
    return new ConsoleOptions(
        on,
        on ? BrokerOptions.port(invocation, PORT) : OptionalInt.empty(),
        invocation.has(ORIGIN) ? Optional.of(origin(invocation.text(ORIGIN))) : Optional.empty());
  }

  ConsoleOrigin origin() {
    return new ConsoleOrigin(proxy);
  }

  /// What passkeys are bound to.
  ///
  /// @param local the console's URL on this machine
  RelyingParty site(URI local) {
    URI seen = proxy.orElse(local);
    return new RelyingParty(seen.getHost(), Set.of(seen.toString()));
  }

  /// An origin as browsers send it: passkeys are bound to it, and anything behind the host would
  /// never match.
  private static URI origin(String text) {
    try {
      URI url = URI.create(text);
      boolean bare =
          "https".equals(url.getScheme())
              && url.getHost() != null
              && text.equals("https://" + url.getRawAuthority())
              && url.getRawUserInfo() == null;
      if (bare) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the same answer.
    }
    throw new UsageException(
        ORIGIN + " is https://HOST with nothing behind it", ORIGIN + " https://keys.example.com");
  }
}
