package io.keymantle.control;

import io.keymantle.domain.ApprovalId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/// A question to people about one exact request, and what they said.
///
/// @param answerBy when the question closes
/// @param scope of the yes, the narrowest that was said
/// @param until when a yes ends; set with the yes
/// @param endedAt when it reached a state without exits
/// @param version counts the changes; a store replaces only the version before
public record Approval(
    ApprovalId id,
    ApprovalRequest request,
    Instant createdAt,
    Instant answerBy,
    ApprovalState state,
    List<Vote> votes,
    ApprovalScope scope,
    Optional<Instant> until,
    Optional<Instant> endedAt,
    long version) {
  public Approval {
    votes = List.copyOf(votes);
  }

  static Approval asked(ApprovalId id, ApprovalRequest request, Instant now) {
    Instant answerBy =
        request.needs().stream()
            .map(need -> now.plus(need.answerWithin()))
            .min(Instant::compareTo)
            .orElse(now);
    return new Approval(
        id,
        request,
        now,
        answerBy,
        ApprovalState.PENDING,
        List.of(),
        ApprovalScope.ONCE,
        Optional.empty(),
        Optional.empty(),
        1);
  }

  /// What people say yes or no to, in hex: the request and until when it is asked.
  public String digest() {
    return Digests.hex(
        "approval-v1", id.value(), ApprovalText.canonical(request), answerBy.toString());
  }

  /// What a passkey signs and a code is burnt for: this question and this very answer.
  public byte[] answerDigest(boolean approves, ApprovalScope scope, Duration lasts) {
    return HexFormat.of()
        .parseHex(
            Digests.hex(
                "approval-v1",
                digest(),
                approves ? "approve" : "deny",
                scope.toString(),
                Long.toString(lasts.toSeconds())));
  }

  Approval with(Vote vote) {
    List<Vote> more = new ArrayList<>(votes);
    more.add(vote);
    return new Approval(
        id, request, createdAt, answerBy, state, more, scope, until, endedAt, version + 1);
  }

  Approval approved(ApprovalScope narrowest, Instant end) {
    return new Approval(
        id,
        request,
        createdAt,
        answerBy,
        ApprovalState.APPROVED,
        votes,
        narrowest,
        Optional.of(end),
        Optional.empty(),
        version);
  }

  Approval ended(ApprovalState last, Instant now) {
    return new Approval(
        id, request, createdAt, answerBy, last, votes, scope, until, Optional.of(now), version + 1);
  }

  /// Whether a yes is there and good at this moment.
  boolean isGood(Instant now) {
    return state == ApprovalState.APPROVED && until.filter(now::isBefore).isPresent();
  }
}
