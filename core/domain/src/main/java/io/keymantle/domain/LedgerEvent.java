package io.keymantle.domain;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// One fact for the ledger: who did what to what, where, and how it ended. Empty text means that a
/// part does not apply.
///
/// Guarantees: never carries a value or a token; `detail` values are short plain text that the
/// caller has checked for that.
///
/// @param at when it happened
/// @param kind what happened
/// @param phase whether it is about to happen, has happened, or is a plain fact
/// @param operation links the intent and outcome of one operation, and a grant's redemption to its
///   reply; 16 characters
/// @param actor `agent:main`, `person:owner` or `broker`
/// @param credential the credential's name
/// @param grant the grant's id
/// @param destination canonical destination, or the command of a command boundary
/// @param method HTTP method
/// @param path canonical path without query; broker tokens in it are masked
/// @param result `ok`, `refused`, `failed` or `unknown`
/// @param code the stable error code, when the result is not `ok`
/// @param detail further parts, sorted by name
public record LedgerEvent(
    Instant at,
    Kind kind,
    Phase phase,
    String operation,
    String actor,
    String credential,
    String grant,
    String destination,
    String method,
    String path,
    String result,
    String code,
    Map<String, String> detail) {

  public LedgerEvent {
    detail =
        detail.isEmpty() ? Map.of() : java.util.Collections.unmodifiableMap(new TreeMap<>(detail));
  }

  /// What happened.
  public enum Kind {
    REQUEST,
    DECISION,
    APPROVAL,
    GRANT,
    REDEMPTION,
    EGRESS,
    REDACTION,
    REVOCATION,
    CREDENTIAL,
    AGENT,
    SESSION,
    PERSON,
    FACTOR,
    TOKEN,
    RUN,
    CONFIGURATION,
    KEY,
    BACKUP,
    RESTORE,
    BROKER;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Where in its life an operation is.
  public enum Phase {
    INTENT,
    OUTCOME,
    FACT;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
