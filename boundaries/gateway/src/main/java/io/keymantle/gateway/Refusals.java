package io.keymantle.gateway;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;

/// The refusals that more than one part of the engine gives.
final class Refusals {
  private Refusals() {}

  /// 400: two parsers could read the message differently.
  static RefusedException ambiguous(String what) {
    return RefusedException.of(
        ErrorCode.AMBIGUOUS_REQUEST,
        "the request can be read in more than one way: " + what,
        "send the request with an unmodified HTTP client");
  }

  /// 502: the upstream's reply breaks HTTP.
  static RefusedException invalidReply(String what) {
    return RefusedException.of(
        ErrorCode.UPSTREAM_INVALID,
        "the upstream's reply is not valid HTTP/1.1: " + what,
        "check the service at the destination");
  }

  static RefusedException headTooLarge(String what) {
    return RefusedException.of(
        ErrorCode.HEAD_TOO_LARGE, what, "send fewer or shorter headers, or cookies");
  }

  static RefusedException unreachable(String destination, String why) {
    return RefusedException.of(
        ErrorCode.UPSTREAM_UNREACHABLE,
        "cannot reach " + destination + ": " + why,
        "check the name and that the service is up");
  }

  static RefusedException requestTimeout() {
    return RefusedException.of(
        ErrorCode.REQUEST_TIMEOUT,
        "the request's head did not arrive in time",
        "send the request without pausing");
  }

  static RefusedException tooLong() {
    return RefusedException.of(
        ErrorCode.UPSTREAM_TIMEOUT,
        "the request and its reply took longer than allowed in all",
        "split the work, or raise the limit");
  }
}
