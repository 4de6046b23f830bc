package io.keymantle.gateway;

/// How the body of an HTTP/1.1 message is delimited (RFC 9112 §6).
///
/// @param kind the way
/// @param length bytes of the body for [Kind#LENGTH], otherwise 0
record Framing(Kind kind, long length) {
  static final Framing NONE = new Framing(Kind.NONE, 0);
  static final Framing CHUNKED = new Framing(Kind.CHUNKED, 0);
  static final Framing UNTIL_CLOSE = new Framing(Kind.UNTIL_CLOSE, 0);

  /// The ways; only replies are ever [#UNTIL_CLOSE].
  enum Kind {
    NONE,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  static Framing length(long length) {
    return new Framing(Kind.LENGTH, length);
  }

  /// Whether no byte of a body follows.
  boolean isEmpty() {
    return kind == Kind.NONE || (kind == Kind.LENGTH && length == 0);
  }
}
