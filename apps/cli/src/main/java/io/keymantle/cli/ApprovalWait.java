package io.keymantle.cli;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// Sends a request that people may have to say yes to, and waits for their answer.
///
/// @param broker as a person or as an agent
/// @param atMost how long to wait in all
record ApprovalWait(Invocation invocation, BrokerClient broker, Duration atMost) {
  /// How long one call waits: less than what closes an idle connection anywhere.
  private static final Duration PIECE = Duration.ofSeconds(20);

  static final String OPTION = "--wait";
  static final Duration DEFAULT = Duration.ofMinutes(5);

  static Describe describe(Describe command) {
    return command.option(
        OPTION,
        "DURATION",
        "How long to wait where people must say yes (default 5m); 0s: not at all.");
  }

  static ApprovalWait of(Invocation invocation, BrokerClient broker) {
    String text = invocation.text(OPTION);
    Duration atMost = text.isEmpty() ? DEFAULT : Span.parse(text);
    return new ApprovalWait(invocation, broker, atMost);
  }

  /// A grant, or what was asked when nobody answered in time.
  ///
  /// @throws RefusedException with `approval_denied` and the like
  JsonObject request(Map<String, Object> body) throws IOException {
    JsonObject answer = broker.post("/v1/requests", body);
    long end = System.nanoTime() + atMost.toNanos();
    boolean told = false;
    while (answer.text("status").equals("approval_required") && System.nanoTime() < end) {
      if (!told) {
        tell(answer.text("message"), answer.text("approval"));
        told = true;
      }
      Map<String, Object> waiting = new LinkedHashMap<>(body);
      Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
      Duration piece = left.compareTo(PIECE) < 0 ? left : PIECE;
      waiting.put("wait", Math.max(1, piece.toSeconds()) + "s");
      answer = broker.post("/v1/requests", waiting);
    }
    return answer;
  }

  /// A call of the broker.
  interface Call<T> {
    /// @throws RefusedException when the broker refuses
    T made() throws IOException;
  }

  /// Calls what may be refused because people have been asked, and again when they have answered.
  ///
  /// @throws RefusedException with `approval_required` when nobody answered in time
  <T> T call(Call<T> call) throws IOException {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      try {
        return call.made();
      } catch (RefusedException e) {
        if (!isWaiting(e.problem())) {
          throw e;
        }
        String id = e.problem().approval().orElseThrow().value();
        tell(e.problem().message(), id);
        if (!awaited(id, end)) {
          throw e;
        }
      }
    }
  }

  private static boolean isWaiting(Problem problem) {
    return problem.code() == ErrorCode.APPROVAL_REQUIRED && problem.approval().isPresent();
  }

  private boolean awaited(String id, long end) throws IOException {
    while (System.nanoTime() < end) {
      Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
      Duration piece = left.compareTo(PIECE) < 0 ? left : PIECE;
      String query = "?wait=" + Math.max(1, piece.toSeconds()) + "s";
      if (!broker.get("/v1/approvals/" + id + query).text("state").equals("pending")) {
        return true;
      }
    }
    return false;
  }

  private void tell(String what, String id) {
    if (!invocation.json()) {
      invocation.note(what);
      invocation.note(
          "waiting; a person can answer with: keymantle approval approve "
              + id
              + ", or in keymantle approval watch, or in the console");
      invocation.terminal().flush();
    }
  }
}
