package io.keymantle.gateway;

import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.LedgerEvent.Phase;
import io.keymantle.domain.Problem;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.Redeemer;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes what the gateway sees into the ledger, without waiting. Thread-safe.
///
/// Connections without a valid agent token could fill the ledger at will: of those, the first
/// [#UNKNOWN_PER_MINUTE] in each minute are recorded.
final class AuditTrail {
  static final int UNKNOWN_PER_MINUTE = 60;
  private static final Pattern TOKEN = Pattern.compile("(?:kmt|kma|kms)_[0-9A-Za-z]+");
  private static final int LONGEST_PATH = 1024;

  private final Redeemer redeemer;
  private final Clock clock;
  private final boolean masking;
  private long minute;
  private int unknown;

  AuditTrail(GatewayConfiguration configuration) {
    this.redeemer = configuration.redeemer();
    this.clock = configuration.clock();
    this.masking = configuration.protection().has(Guard.RECORDS);
  }

  /// A refusal.
  ///
  /// @param session null before authentication
  /// @param destination canonical, or empty when it is not known
  /// @param path may hold tokens; they are masked here
  void refused(
      @Nullable AgentSession session,
      String destination,
      String method,
      String path,
      Problem problem) {
    if (session == null && !mayRecordUnknown()) {
      return;
    }
    String credential = problem.credential().map(Object::toString).orElse("");
    record(session, credential, destination, method, path, "refused", problem.code().text());
  }

  /// Traffic that carried no credential and went on.
  void passed(AgentSession session, String destination, String method, String path, int status) {
    record(session, "", destination, method, path, "ok", Integer.toString(status));
  }

  /// A value was masked in a reply.
  void redacted(AgentSession session, String destination, String label, String encoding) {
    redeemer.record(
        new LedgerEvent(
            clock.instant(),
            Kind.REDACTION,
            Phase.FACT,
            "",
            actor(session),
            label,
            "",
            destination,
            "",
            "",
            "ok",
            "",
            Map.of("encoding", encoding)));
  }

  private void record(
      @Nullable AgentSession session,
      String credential,
      String destination,
      String method,
      String path,
      String result,
      String code) {
    redeemer.record(
        new LedgerEvent(
            clock.instant(),
            Kind.EGRESS,
            Phase.FACT,
            "",
            actor(session),
            credential,
            "",
            destination,
            method,
            masking ? masked(path) : path,
            result,
            code,
            session == null || session.run().isEmpty() ? Map.of() : Map.of("run", session.run())));
  }

  private static String actor(@Nullable AgentSession session) {
    return session == null ? "unknown" : "agent:" + session.agent().name();
  }

  /// Client's text as it may stand in a record.
  static String printable(String text) {
    String shown = text.length() > LONGEST_PATH ? text.substring(0, LONGEST_PATH) : text;
    return masked(shown.replaceAll("[^ -~]", "?"));
  }

  static String masked(String path) {
    String text = path.length() > LONGEST_PATH ? path.substring(0, LONGEST_PATH) : path;
    return text.indexOf("km") < 0 ? text : TOKEN.matcher(text).replaceAll("[token]");
  }

  private synchronized boolean mayRecordUnknown() {
    long now = clock.millis() / Duration.ofMinutes(1).toMillis();
    if (now != minute) {
      minute = now;
      unknown = 0;
    }
    return ++unknown <= UNKNOWN_PER_MINUTE;
  }
}
