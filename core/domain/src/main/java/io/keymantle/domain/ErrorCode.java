package io.keymantle.domain;

import java.util.Locale;

/// The stable, documented names of everything that Keymantle refuses or fails to do. The text form
/// is the lower-case name (`destination_mismatch`); it never changes meaning. Each has a category,
/// which fixes who must act, and the HTTP status that it has on every face.
public enum ErrorCode {
  // The caller's input.
  INVALID_NAME(Category.CALLER, 400),
  INVALID_REQUEST(Category.CALLER, 400),
  INVALID_BINDING(Category.CALLER, 400),
  INVALID_CONFIGURATION(Category.CALLER, 400),
  AMBIGUOUS_REQUEST(Category.CALLER, 400),
  NOT_FOUND(Category.CALLER, 404),
  ALREADY_EXISTS(Category.CALLER, 409),
  CONFLICT(Category.CALLER, 409),
  WEAK_SECRET(Category.CALLER, 400),
  SENTINEL_UNRESOLVED(Category.CALLER, 400),
  VALUE_IN_ARGUMENTS(Category.CALLER, 400),
  VALUE_UNUSABLE(Category.CALLER, 400),
  HEAD_TOO_LARGE(Category.CALLER, 431),
  BODY_TOO_LARGE(Category.CALLER, 413),
  LENGTH_REQUIRED(Category.CALLER, 411),
  URI_TOO_LONG(Category.CALLER, 414),

  // Who asks, and what the rules say.
  UNAUTHENTICATED(Category.DENIED, 401),
  PROXY_AUTHENTICATION_REQUIRED(Category.DENIED, 407),
  SESSION_REQUIRED(Category.DENIED, 401),
  FORBIDDEN(Category.DENIED, 403),
  AGENT_NOT_ALLOWED(Category.DENIED, 403),
  AGENT_REVOKED(Category.DENIED, 403),
  APPROVAL_REQUIRED(Category.DENIED, 403),
  APPROVAL_TIMEOUT(Category.DENIED, 403),
  APPROVAL_DENIED(Category.DENIED, 403),
  APPROVAL_EXPIRED(Category.DENIED, 403),
  APPROVAL_MISMATCH(Category.DENIED, 403),
  FACTOR_REQUIRED(Category.DENIED, 403),
  FACTOR_REFUSED(Category.DENIED, 403),
  FACTOR_NOT_ENROLLED(Category.DENIED, 409),
  GRANT_EXPIRED(Category.DENIED, 403),
  GRANT_REVOKED(Category.DENIED, 403),
  GRANT_USED_UP(Category.DENIED, 403),
  TOKEN_UNKNOWN(Category.DENIED, 403),
  TOKEN_OF_OTHER_AGENT(Category.DENIED, 403),
  CREDENTIAL_UNBOUND(Category.DENIED, 403),

  // A broker token in the wrong place, or traffic to the wrong place (docs/design.md §5, §6).
  DESTINATION_MISMATCH(Category.DENIED, 403),
  DESTINATION_NOT_ALLOWED(Category.DENIED, 403),
  ADDRESS_NOT_ALLOWED(Category.DENIED, 403),
  METHOD_NOT_ALLOWED(Category.DENIED, 403),
  PATH_NOT_ALLOWED(Category.DENIED, 403),
  SURFACE_MISMATCH(Category.DENIED, 403),
  TOO_MANY_OCCURRENCES(Category.DENIED, 403),
  PLAIN_NOT_ALLOWED(Category.DENIED, 403),
  TOKEN_IN_TUNNEL(Category.DENIED, 403),
  UPGRADE_NOT_ALLOWED(Category.DENIED, 403),
  RATE_LIMITED(Category.DENIED, 429),
  COMMAND_NOT_ALLOWED(Category.DENIED, 403),

  // What the outside world did.
  UPSTREAM_UNREACHABLE(Category.UNAVAILABLE, 502),
  UPSTREAM_UNTRUSTED(Category.UNAVAILABLE, 502),
  UPSTREAM_INVALID(Category.UNAVAILABLE, 502),
  UPSTREAM_TIMEOUT(Category.UNAVAILABLE, 504),
  REQUEST_TIMEOUT(Category.UNAVAILABLE, 408),
  REPLY_UNREADABLE(Category.UNAVAILABLE, 502),
  REPLY_TOO_LARGE(Category.UNAVAILABLE, 502),
  SOURCE_NOT_FOUND(Category.UNAVAILABLE, 502),
  SOURCE_PROPERTY_MISSING(Category.UNAVAILABLE, 502),
  SOURCE_FORBIDDEN(Category.UNAVAILABLE, 502),
  SOURCE_UNAUTHENTICATED(Category.UNAVAILABLE, 502),
  SOURCE_UNTRUSTED(Category.UNAVAILABLE, 502),
  SOURCE_REDIRECTED(Category.UNAVAILABLE, 502),
  SOURCE_MALFORMED(Category.UNAVAILABLE, 502),
  SOURCE_THROTTLED(Category.UNAVAILABLE, 503),
  SOURCE_TIMEOUT(Category.UNAVAILABLE, 504),
  SOURCE_UNAVAILABLE(Category.UNAVAILABLE, 503),
  SOURCE_FAILED(Category.UNAVAILABLE, 502),
  LEDGER_UNAVAILABLE(Category.UNAVAILABLE, 503),
  STORE_UNAVAILABLE(Category.UNAVAILABLE, 503),
  TOO_MANY_CONNECTIONS(Category.UNAVAILABLE, 503),
  BROKER_UNREACHABLE(Category.UNAVAILABLE, 503),
  COMMAND_TIMEOUT(Category.UNAVAILABLE, 504),
  OUTPUT_TOO_LARGE(Category.UNAVAILABLE, 502),

  // The home and its keys.
  HOME_LOCKED(Category.UNAVAILABLE, 503),
  HOME_MISSING(Category.CALLER, 404),
  HOME_DAMAGED(Category.INTERNAL, 500),
  HOME_UNSAFE(Category.CALLER, 400),
  SCHEMA_NEWER(Category.CALLER, 409),
  WRONG_KEY(Category.DENIED, 403),
  BACKUP_DAMAGED(Category.CALLER, 400),
  LEDGER_DAMAGED(Category.INTERNAL, 500),
  ISOLATION_UNAVAILABLE(Category.UNAVAILABLE, 503),
  INTERNAL(Category.INTERNAL, 500);

  /// Who has to act on an error.
  public enum Category {
    /// The caller sent something that can never work.
    CALLER,
    /// A rule said no.
    DENIED,
    /// Something outside did not answer as it should; the same call may work later.
    UNAVAILABLE,
    /// A defect or damage in Keymantle itself.
    INTERNAL
  }

  private final Category category;
  private final int httpStatus;

  ErrorCode(Category category, int httpStatus) {
    this.category = category;
    this.httpStatus = httpStatus;
  }

  public Category category() {
    return category;
  }

  /// The status on HTTP faces and on the gateway.
  public int httpStatus() {
    return httpStatus;
  }

  /// The stable text form, such as `destination_mismatch`.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
