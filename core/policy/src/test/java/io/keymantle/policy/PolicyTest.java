package io.keymantle.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Factor;
import io.keymantle.domain.Rules;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PolicyTest {
  private static final Instant NOW = Instant.parse("2026-11-21T08:00:00Z");
  private static final AgentName MAIN = new AgentName("main");
  private static final AccessRequest REQUEST =
      new AccessRequest(MAIN, false, new CredentialName("github-api"));
  private static final AccessRequest REVOKED =
      new AccessRequest(MAIN, true, new CredentialName("github-api"));

  private static Rules rules(boolean allowed, boolean totp, int uses) {
    return new Rules(
        allowed ? Set.of(MAIN) : Set.of(new AgentName("other")),
        totp,
        List.of(),
        Duration.ofMinutes(5),
        uses);
  }

  @Test
  void allowedAgent_isAllowedUntilTheGrantEnds() {
    assertThat(Policy.decide(REQUEST, rules(true, false, 3), NOW))
        .isEqualTo(new Decision.Allow("expiresAfter", NOW.plus(Duration.ofMinutes(5)), 3));
  }

  @Test
  void requireTotp_needsApproval() {
    assertThat(Policy.decide(REQUEST, rules(true, true, 0), NOW))
        .isEqualTo(
            new Decision.NeedsApproval("requireTotp", List.of(ApprovalRule.of(Factor.TOTP))));
  }

  @Test
  void agentNotNamed_isRefusedBeforeAnyApproval() {
    assertThat(Policy.decide(REQUEST, rules(false, true, 0), NOW))
        .isInstanceOfSatisfying(
            Decision.Refuse.class,
            refusal -> {
              assertThat(refusal.rule()).isEqualTo("allowedAgents");
              assertThat(refusal.problem().code()).isEqualTo(ErrorCode.AGENT_NOT_ALLOWED);
            });
  }

  @Test
  void unknownCredential_readsAsOneThatIsNotAllowed() {
    assertThat(Policy.decideUnknown(REQUEST))
        .isEqualTo(Policy.decide(REQUEST, rules(false, false, 0), NOW));
    assertThat(Policy.decideUnknown(REVOKED))
        .isEqualTo(Policy.decide(REVOKED, rules(false, false, 0), NOW));
  }

  @Test
  void revokedAgent_isRefusedWhateverTheRulesSay() {
    for (boolean allowed : new boolean[] {true, false}) {
      for (boolean totp : new boolean[] {true, false}) {
        assertThat(Policy.decide(REVOKED, rules(allowed, totp, 0), NOW))
            .isInstanceOfSatisfying(
                Decision.Refuse.class,
                refusal -> {
                  assertThat(refusal.rule()).isEqualTo("agent");
                  assertThat(refusal.problem().code()).isEqualTo(ErrorCode.AGENT_REVOKED);
                });
      }
    }
  }
}
