package io.keymantle.control;

import io.keymantle.domain.ApprovalId;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Factor;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Takes people's answers to approvals. Thread-safe.
///
/// Guarantees: what a rule asks a person to prove is checked and burnt for this very answer before
/// the answer counts; nobody answers twice; an answer that comes too late changes nothing.
public final class Answers {
  private static final int SHORTEST_REASON = 10;

  private final Approvals approvals;
  private final PersonSessions sessions;
  private final FactorCheck factors;
  private final Operations operations;

  Answers(
      Approvals approvals, PersonSessions sessions, FactorCheck factors, Operations operations) {
    this.approvals = approvals;
    this.sessions = sessions;
    this.factors = factors;
    this.operations = operations;
  }

  /// A challenge for the person's passkey to sign, for one answer only.
  ///
  /// @throws RefusedException as [#answer], before anything is burnt
  public PasskeyChallenge challenge(
      Actor.Person actor, ApprovalId id, boolean approves, ApprovalScope scope, Duration lasts) {
    Approval approval = open(id);
    requireFirst(
        approval, actor.personName(), approvals.tally(approval).mayAnswer(actor.personName()));
    return factors.challenge(actor.personName(), approval.answerDigest(approves, scope, lasts));
  }

  /// Answers an approval. A no needs no proof but the session; after a yes that is not used yet, it
  /// takes it back.
  ///
  /// @throws RefusedException with `not_found`, `forbidden`, `factor_required`, `factor_refused`,
  ///   `factor_not_enrolled`, `approval_denied`, `approval_expired` or `conflict`
  public Approval answer(Actor.Person actor, ApprovalId id, Ballot ballot) {
    return ballot.approves() ? approve(actor, id, ballot) : deny(actor, id, ballot);
  }

  private Approval approve(Actor.Person actor, ApprovalId id, Ballot ballot) {
    PersonName person = actor.personName();
    Approval asked = open(id);
    requireMayApprove(asked, person, ballot);
    requireWithinRule(asked, ballot);
    Set<Factor> proven = prove(asked, person, ballot);
    return approvals.locked(() -> {
      Approval current = open(id);
      requireMayApprove(current, person, ballot);
      Instant now = operations.clock().instant();
      Vote vote =
          new Vote(
              person,
              true,
              proven,
              ballot.breakGlass(),
              ballot.scope(),
              ballot.lasts(),
              Reason.of(ballot.reason()).text(),
              now);
      Approval voted = current.with(vote);
      boolean met = approvals.tally(voted).isMet(voted.votes());
      Approval after = met ? approved(voted, now) : voted;
      approvals.change(actor, after, ballot.breakGlass() ? "break-glass" : "approve");
      return after;
    });
  }

  /// The narrowest of what was said: nobody's yes is stretched by another's.
  private static Approval approved(Approval voted, Instant now) {
    List<Vote> yes = voted.votes().stream().filter(Vote::approves).toList();
    ApprovalScope scope = yes.stream().map(Vote::scope).min(ApprovalScope::compareTo).orElseThrow();
    Duration lasts =
        scope == ApprovalScope.ONCE
            ? Approvals.USE_WITHIN
            : yes.stream().map(Vote::lasts).min(Duration::compareTo).orElseThrow();
    return voted.approved(scope, now.plus(lasts));
  }

  private Approval deny(Actor.Person actor, ApprovalId id, Ballot ballot) {
    PersonName person = actor.personName();
    return approvals.locked(() -> {
      Approval current = approvals.show(id);
      if (!current.state().isOpen()) {
        throw approvals.notOpen(current);
      }
      if (!approvals.tally(current).mayDeny(person)) {
        throw notAsked(person, current);
      }
      Instant now = operations.clock().instant();
      Vote vote =
          new Vote(
              person,
              false,
              Set.of(),
              false,
              ApprovalScope.ONCE,
              Duration.ZERO,
              Reason.of(ballot.reason()).text(),
              now);
      Approval voted = current.with(vote);
      ApprovalState last =
          current.state() == ApprovalState.PENDING ? ApprovalState.DENIED : ApprovalState.REVOKED;
      Approval after =
          new Approval(
              voted.id(),
              voted.request(),
              voted.createdAt(),
              voted.answerBy(),
              last,
              voted.votes(),
              voted.scope(),
              voted.until(),
              Optional.of(now),
              voted.version());
      approvals.change(actor, after, "deny");
      return after;
    });
  }

  private Approval open(ApprovalId id) {
    Approval approval = approvals.show(id);
    if (approval.state() != ApprovalState.PENDING) {
      throw approvals.notOpen(approval);
    }
    return approval;
  }

  /// Who may only pass alone says so: a plain yes of theirs would count nowhere, and be their last.
  private void requireMayApprove(Approval approval, PersonName person, Ballot ballot) {
    Tally tally = approvals.tally(approval);
    requireFirst(
        approval,
        person,
        ballot.breakGlass() ? tally.mayBreakGlass(person) : tally.mayApprove(person));
  }

  private void requireFirst(Approval approval, PersonName person, boolean asked) {
    if (!asked) {
      throw notAsked(person, approval);
    }
    if (approvals.tally(approval).hasAnswered(person, approval.votes())) {
      throw RefusedException.of(
          ErrorCode.CONFLICT, "you have answered already", "the others' answers are awaited");
    }
  }

  private static RefusedException notAsked(PersonName person, Approval approval) {
    return RefusedException.about(
        approval.request().credential(),
        ErrorCode.FORBIDDEN,
        person + " is not among those who may answer this",
        "see who may with: keymantle approval show " + approval.id());
  }

  private void requireWithinRule(Approval approval, Ballot ballot) {
    if (ballot.breakGlass() && ballot.reason().strip().length() < SHORTEST_REASON) {
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST,
          "who breaks the glass says why, in at least " + SHORTEST_REASON + " characters",
          "add --reason");
    }
    if (ballot.scope() == ApprovalScope.ONCE) {
      return;
    }
    Duration cap = approvals.tally(approval).cap(approvals.lifetime(approval.request()));
    boolean positive = !ballot.lasts().isNegative() && !ballot.lasts().isZero();
    if (!positive || ballot.lasts().compareTo(cap) > 0) {
      throw RefusedException.about(
          approval.request().credential(),
          ErrorCode.INVALID_REQUEST,
          cap.isZero()
              ? "the rule takes a yes for once only"
              : "the rule lets a yes last at most " + Durations.text(cap),
          cap.isZero() ? "leave the scope out" : "use --for " + Durations.text(cap));
    }
  }

  private Set<Factor> prove(Approval approval, PersonName person, Ballot ballot) {
    Set<Factor> needed = EnumSet.noneOf(Factor.class);
    Tally tally = approvals.tally(approval);
    approval.request().needs().stream()
        .filter(need ->
            ballot.breakGlass()
                ? need.breakGlass().contains(person)
                : tally.mayAnswer(need, person))
        .forEach(need -> needed.addAll(need.factors()));
    if (needed.isEmpty() && !sessions.required()) {
      throw RefusedException.of(
          ErrorCode.SESSION_REQUIRED,
          "this home has no passphrase and no people, so anything that runs as its user could say"
              + " yes",
          "make an account with: keymantle person add NAME --role owner; or let the rule ask for a"
              + " code: --require-totp");
    }
    byte[] purpose = approval.answerDigest(true, ballot.scope(), ballot.lasts());
    // The passkey first: its refusal burns nothing that could be typed again.
    if (needed.contains(Factor.PASSKEY)) {
      Ballot.Passkey passkey =
          ballot.passkey().orElseThrow(() -> required(approval, "a passkey", "the console"));
      factors.passkey(person, passkey.challenge(), passkey.assertion(), purpose);
    }
    if (needed.contains(Factor.TOTP)) {
      if (ballot.code().isEmpty()) {
        throw required(approval, "your TOTP code", "keymantle approval approve " + approval.id());
      }
      factors.totp(person, ballot.code(), purpose);
    }
    return needed;
  }

  private static RefusedException required(Approval approval, String what, String where) {
    return RefusedException.about(
        approval.request().credential(),
        ErrorCode.FACTOR_REQUIRED,
        "a yes to this takes " + what,
        "answer with " + where);
  }
}
