package io.keymantle.domain;

/// How a binding puts the value in.
public sealed interface Injection {
  /// The agent sends a broker token on the surface; the value takes its place. The default.
  record ReplaceToken() implements Injection {}

  /// The value is put on the surface of every matching request, token or not (`inject: always`).
  /// Values under 8 bytes cannot be used so, because a mask for them would hit ordinary text.
  record Always(Format format) implements Injection {}

  /// What surrounds the value on a header.
  sealed interface Format {
    /// `Bearer VALUE`.
    record Bearer() implements Format {}

    /// `Basic base64(user:VALUE)`.
    record Basic(String user) implements Format {}

    /// The value alone.
    record Raw() implements Format {}
  }
}
