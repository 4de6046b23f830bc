package io.keymantle.control;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.Credential;
import io.keymantle.domain.Factor;
import io.keymantle.domain.Rules;
import io.keymantle.domain.TrustLevel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/// What a person wants to change of a credential, and whether those must say yes to it whom its
/// rules ask: who could take a rule away alone would not need to be asked by it.
///
/// @param before as it is
/// @param after as it would be
record RuleChange(Credential before, CredentialSpec after) {
  /// How much of one field's text people are shown; its digest covers all of it.
  private static final int SHOWN = 300;

  /// Whether people must say yes: the credential asks them, and the change is not one that only
  /// narrows. Whatever is not known to narrow counts as widening.
  boolean asksPeople() {
    return !needs().isEmpty() && !narrows();
  }

  private boolean narrows() {
    Rules old = before.rules();
    Rules rules = after.rules();
    return before.kind().equals(after.kind())
        && before.source().equals(after.source())
        && before.bindings().containsAll(after.bindings())
        && old.allowedAgents().containsAll(rules.allowedAgents())
        && old.expiresAfter().compareTo(rules.expiresAfter()) >= 0
        && (old.uses() == 0 || (rules.uses() > 0 && rules.uses() <= old.uses()))
        && (!old.requireTotp() || rules.requireTotp())
        && rules.approvals().containsAll(old.approvals());
  }

  /// Every rule that the credential has, whatever it is asked about otherwise.
  private List<ApprovalRule> needs() {
    List<ApprovalRule> needs = new ArrayList<>(before.rules().approvals());
    if (before.rules().requireTotp()) {
      needs.add(ApprovalRule.of(Factor.TOTP));
    }
    return needs;
  }

  /// The question, of the person who asks.
  ApprovalRequest request(Actor.Person actor) {
    String text = CredentialCodec.text(after);
    return new ApprovalRequest(
        ApprovalRequest.Kind.CHANGE,
        new AgentName(actor.name()),
        before.name(),
        new ApprovalRequest.Target(
            "", "set", "", "", lines(), text.length(), Digests.hex("credential-v1", text)),
        "",
        TrustLevel.SAME_USER,
        Optional.empty(),
        Approvals.revision(before),
        needs());
  }

  /// One line per field that would be another, with what it is and what it would be.
  private List<String> lines() {
    Map<String, String> old = CredentialCodec.fields(CredentialSpec.of(before));
    Map<String, String> next = CredentialCodec.fields(after);
    SequencedSet<String> names = new LinkedHashSet<>(old.keySet());
    names.addAll(next.keySet());
    return names.stream()
        .filter(name -> !old.getOrDefault(name, "").equals(next.getOrDefault(name, "")))
        .map(name -> name + ": " + shown(old.get(name)) + " → " + shown(next.get(name)))
        .toList();
  }

  private static String shown(@Nullable String value) {
    if (value == null) {
      return "none";
    }
    return value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…";
  }
}
