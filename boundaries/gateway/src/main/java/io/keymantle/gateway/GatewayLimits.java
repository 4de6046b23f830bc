package io.keymantle.gateway;

import java.time.Duration;

/// How much the gateway accepts before it refuses; docs/limits.md has the table with status and
/// code of each. A [Duration#ZERO] or 0 switches off those that say so.
///
/// @param requestHead bytes of a request's head, request line included: 431 `head_too_large`
/// @param uri bytes of a request's target: 414 `uri_too_long`
/// @param headerCount header fields of a request, a reply or its trailers: 431 `head_too_large`
/// @param replyHead bytes of a reply's head: 502 `upstream_invalid`
/// @param bufferedBody bytes of a request body that has to be read whole because a binding names a
///   body field, and of a captured reply: 413 `body_too_large`, 502 `reply_too_large`
/// @param connectionsPerAgent open connections of one agent: 503 `too_many_connections`
/// @param connections open connections in all; further ones are closed at once
/// @param inFlightPerAgent requests of one agent that wait for their reply: 429 `rate_limited`
/// @param requestsPerSecondPerAgent requests that one agent may start per second, with bursts of
///   the same size: 429 `rate_limited`; 0 is off
/// @param redactionHitsPerMinute masked values in one agent's replies per minute; further replies
///   with one are 429 `rate_limited`, so that masking does not become a guessing oracle
/// @param handshake time for a client's TLS handshake, for connecting and for the upstream's
///   handshake: closed, or 504 `upstream_timeout`
/// @param head time for a request's head from its first byte, and for the first byte of a
///   connection: 408 `request_timeout`
/// @param idle time without a byte in either direction: closed
/// @param replyHeadWait time from the end of a request to the head of its reply: 504
///   `upstream_timeout`
/// @param total time for one request and its reply, streams and WebSockets included: cut; zero is
///   off
public record GatewayLimits(
    int requestHead,
    int uri,
    int headerCount,
    int replyHead,
    int bufferedBody,
    int connectionsPerAgent,
    int connections,
    int inFlightPerAgent,
    int requestsPerSecondPerAgent,
    int redactionHitsPerMinute,
    Duration handshake,
    Duration head,
    Duration idle,
    Duration replyHeadWait,
    Duration total) {

  /// What `keymantle up` starts with.
  public static final GatewayLimits DEFAULT =
      new GatewayLimits(
          64 * 1024,
          16 * 1024,
          256,
          128 * 1024,
          8 * 1024 * 1024,
          16_384,
          32_768,
          256,
          0,
          60,
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(5),
          Duration.ofMinutes(5),
          Duration.ZERO);

  /// Bodies that may be held whole at the same time for one agent, in units of the largest.
  private static final int HELD_BODIES = 8;

  public GatewayLimits {
    requirePositive(requestHead, "request-head");
    requirePositive(uri, "uri");
    requirePositive(headerCount, "header-count");
    requirePositive(replyHead, "reply-head");
    requirePositive(bufferedBody, "buffered-body");
    requirePositive(connectionsPerAgent, "connections-per-agent");
    requirePositive(connections, "connections");
    requirePositive(inFlightPerAgent, "in-flight-per-agent");
    requirePositive(redactionHitsPerMinute, "redaction-hits-per-minute");
    if (requestsPerSecondPerAgent < 0) {
      throw new IllegalArgumentException("requests-per-second-per-agent is 0 (off) or more");
    }
    requirePositive(handshake, "handshake");
    requirePositive(head, "head");
    requirePositive(idle, "idle");
    requirePositive(replyHeadWait, "reply-head-wait");
    if (total.isNegative()) {
      throw new IllegalArgumentException("total is zero (off) or more");
    }
  }

  /// Bytes of request bodies that one agent's requests may hold at the same time, while they are
  /// read whole or wait for their upstream: 429 `rate_limited`.
  long heldPerAgent() {
    return (long) HELD_BODIES * bufferedBody;
  }

  private static void requirePositive(int value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " is at least 1");
    }
  }

  private static void requirePositive(Duration value, String name) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " is longer than zero");
    }
  }
}
