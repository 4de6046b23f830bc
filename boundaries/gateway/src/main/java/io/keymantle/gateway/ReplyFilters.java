package io.keymantle.gateway;

import io.keymantle.redaction.Redactor;
import io.keymantle.redeem.Redeemer;
import java.util.List;
import java.util.Optional;

/// Makes the filters of replies and WebSockets. Thread-safe.
final class ReplyFilters implements ReplyFilter.Factory {
  private final Redeemer redeemer;
  private final int captureLimit;
  private final ReplyRedactors redactors = new ReplyRedactors();

  /// @param captureLimit bytes of a reply body, decompressed, from which fields are captured
  ReplyFilters(Redeemer redeemer, int captureLimit) {
    this.redeemer = redeemer;
    this.captureLimit = captureLimit;
  }

  @Override
  public ReplyFilter filter(ReplyFilter.Context context, ReplyHead head, boolean hasBody) {
    List<Substitution.Use> capturing =
        hasBody && head.status() / 100 == 2
            ? context.uses().stream().filter(use -> !use.binding().capture().isEmpty()).toList()
            : List.of();
    if (context.values().isEmpty() && capturing.isEmpty()) {
      return hasBody ? new ReplyUnmasked(redeemer, context, head) : new ReplyPassing();
    }
    Redactor redactor = redactors.take(context.values());
    ReplyFields.redact(head, redactor, context.hit());
    Optional<ContentCoding> coding = hasBody ? ContentCoding.of(head.fields()) : Optional.empty();
    if (!hasBody) {
      redactors.giveBack(context.values(), redactor);
      return new ReplyPassing(context.values(), context.hit());
    }
    ReplyFields.dropValidators(head.fields(), coding.isPresent());
    if (capturing.isEmpty()) {
      return new ReplyRedaction(redeemer, context, redactor, redactors, coding);
    }
    redactors.giveBack(context.values(), redactor);
    return new ReplyCapture(redeemer, context, head, capturing, coding, captureLimit);
  }

  @Override
  public WebSocketFilter fromServer(ReplyFilter.Context context) {
    return new WebSocketFilterFromServer(redeemer, context);
  }

  @Override
  public WebSocketFilter fromClient(ReplyFilter.Context context) {
    SubstitutionJudge judge =
        new SubstitutionJudge(redeemer, context.session(), context.destination(), "GET", "/");
    return new WebSocketFilterFromClient(
        found -> judge.refusal(found, SubstitutionPlace.elsewhere("a WebSocket message")));
  }
}
