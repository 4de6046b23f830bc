package io.keymantle.gateway;

/// One protection of the engine that a test can take away, to show that the theft it prevents then
/// succeeds. Production always has all of them: only the package-private constructor of
/// [GatewayConfiguration] takes a set.
enum Guard {
  /// The CONNECT target and the TLS server name are the same host.
  SERVER_NAME,
  /// The `Host` header and an absolute-form target name the tunnel's destination.
  HOST,
  /// The upstream's certificate is trusted and names the destination.
  PEER,
  /// Names do not resolve to loopback, private and other special addresses.
  ADDRESS,
  /// Refused hosts are not looked up.
  LOOKUP,
  /// Plain HTTP goes only where a binding names it.
  PLAIN,
  /// Framing that two parsers could read differently is refused.
  FRAMING,
  /// Method and path are judged as the server will take them: ambiguous paths, and headers that put
  /// others in their place, are refused.
  PATH,
  /// Broker tokens outside a binding's surface are refused in a streamed body and a WebSocket.
  STREAMED_TOKENS,
  /// The end of a grant or session closes its connections.
  REVOCATION,
  /// Upgrades other than WebSocket are refused.
  UPGRADE,
  /// What an agent may open, start and hit is counted.
  RATES,
  /// Values that would change the message where they stand are not put in.
  VALUES,
  /// Broker tokens are masked in what is recorded.
  RECORDS,
  /// Replies are redacted.
  REDACTION
}
