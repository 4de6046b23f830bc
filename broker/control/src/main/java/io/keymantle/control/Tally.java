package io.keymantle.control;

import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.Role;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Counts votes. Who left, or lost the role, counts no more, nor does who has their name since;
/// nobody counts twice.
///
/// @param owner the owner of the asking agent; of a change, the person who asks
record Tally(ApprovalRequest request, PersonName owner, Electorate electorate) {

  /// Whether the person may be asked by this rule.
  boolean mayAnswer(ApprovalRule need, PersonName person) {
    boolean named = need.approvers().isEmpty() || need.approvers().contains(person);
    return named && approves(person) && !(need.excludesOwner() && person.equals(owner));
  }

  boolean mayBreakGlass(PersonName person) {
    return approves(person)
        && request.needs().stream().anyMatch(need -> need.breakGlass().contains(person));
  }

  /// Whether a rule asks the person: otherwise their yes would count nowhere.
  boolean mayApprove(PersonName person) {
    return request.needs().stream().anyMatch(need -> mayAnswer(need, person));
  }

  /// Whether the person may say anything to the request.
  boolean mayAnswer(PersonName person) {
    return mayApprove(person) || mayBreakGlass(person);
  }

  boolean mayDeny(PersonName person) {
    return mayAnswer(person) || electorate.role(person).equals(Optional.of(Role.OWNER));
  }

  private boolean approves(PersonName person) {
    return electorate.role(person).filter(Role::approves).isPresent();
  }

  /// Whether who said it is who has the name now.
  boolean stands(Vote vote) {
    return electorate.since(vote.person()).filter(since -> !since.isAfter(vote.at())).isPresent();
  }

  boolean hasAnswered(PersonName person, List<Vote> votes) {
    return votes.stream().anyMatch(vote -> vote.person().equals(person) && stands(vote));
  }

  /// The people whose yes counts for a rule.
  List<PersonName> counted(ApprovalRule need, List<Vote> votes) {
    return votes.stream()
        .filter(
            vote -> vote.approves() && stands(vote) && vote.factors().containsAll(need.factors()))
        .map(Vote::person)
        .filter(person -> mayAnswer(need, person))
        .distinct()
        .toList();
  }

  boolean isMet(List<Vote> votes) {
    return request.needs().stream()
        .allMatch(need -> brokenBy(need, votes) || counted(need, votes).size() >= need.required());
  }

  private boolean brokenBy(ApprovalRule need, List<Vote> votes) {
    return votes.stream()
        .anyMatch(vote ->
            vote.approves()
                && stands(vote)
                && vote.breakGlass()
                && vote.factors().containsAll(need.factors())
                && need.breakGlass().contains(vote.person())
                && approves(vote.person()));
  }

  /// The longest that the rules let a yes last.
  Duration cap(Duration lifetimeOfGrants) {
    return request.needs().stream()
        .map(need -> cap(need, lifetimeOfGrants))
        .min(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /// The longest that one rule lets a yes last; a change is made once.
  Duration cap(ApprovalRule need, Duration lifetimeOfGrants) {
    return request.kind() == ApprovalRequest.Kind.CHANGE
        ? Duration.ZERO
        : need.atMost().orElse(lifetimeOfGrants);
  }
}
