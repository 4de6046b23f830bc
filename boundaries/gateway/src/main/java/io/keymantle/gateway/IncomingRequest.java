package io.keymantle.gateway;

import org.jspecify.annotations.Nullable;

/// What the parser found in the head of one request: the canonical head that may be forwarded, and
/// the parts that concern this hop only, which are no longer among its fields.
///
/// @param form of the request target
/// @param authority of an absolute-form or authority-form target, as received; otherwise empty
/// @param host value of the one `Host` header; null when there is none (HTTP/1.0)
/// @param persistent whether the client wants the connection to stay open
/// @param http11 whether the client speaks HTTP/1.1
/// @param upgrade lower-case protocol of an `Upgrade` that `Connection` names, or null
/// @param expectsContinue whether the client waits for `100 Continue`
/// @param proxyAuthorization value of `Proxy-Authorization`, or null
record IncomingRequest(
    RequestHead head,
    Form form,
    String authority,
    @Nullable String host,
    boolean persistent,
    boolean http11,
    @Nullable String upgrade,
    boolean expectsContinue,
    @Nullable String proxyAuthorization) {

  /// The forms of RFC 9112 §3.2; [#ABSOLUTE] is `http`, [#ABSOLUTE_TLS] is `https`.
  enum Form {
    ORIGIN,
    ABSOLUTE,
    ABSOLUTE_TLS,
    AUTHORITY,
    ASTERISK
  }
}
