package io.keymantle.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.domain.AgentName;
import io.keymantle.domain.ApprovalRule;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Factor;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.Role;
import io.keymantle.domain.TrustLevel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// M of N: who counts, and who does not.
class TallyTest {
  private static final PersonName ALICE = new PersonName("alice");
  private static final PersonName BOB = new PersonName("bob");
  private static final PersonName CAROL = new PersonName("carol");

  private final Map<PersonName, Role> people =
      new HashMap<>(Map.of(ALICE, Role.APPROVER, BOB, Role.APPROVER, CAROL, Role.OWNER));

  /// Whose name is another's since.
  private final Map<PersonName, Instant> since = new HashMap<>();

  private static List<ApprovalRule> rules(String json) {
    return CredentialCodec.read(new CredentialName("db"), "{approval: " + json + "}")
        .rules()
        .approvals();
  }

  private Tally tally(String json) {
    ApprovalRequest request =
        new ApprovalRequest(
            ApprovalRequest.Kind.GRANT,
            new AgentName("main"),
            new CredentialName("db"),
            ApprovalRequest.Target.NONE,
            "",
            TrustLevel.ISOLATED,
            Optional.empty(),
            "",
            rules(json));
    return new Tally(
        request,
        ALICE,
        new Electorate() {
          @Override
          public Optional<Role> role(PersonName person) {
            return Optional.ofNullable(people.get(person));
          }

          @Override
          public Optional<Instant> since(PersonName person) {
            return Optional.of(since.getOrDefault(person, Instant.EPOCH));
          }
        });
  }

  private static Vote yes(PersonName person, Factor... factors) {
    return vote(person, false, factors);
  }

  private static Vote vote(PersonName person, boolean breakGlass, Factor... factors) {
    return new Vote(
        person,
        true,
        Set.of(factors),
        breakGlass,
        ApprovalScope.ONCE,
        Duration.ZERO,
        "",
        Instant.EPOCH);
  }

  @Test
  void twoOfThree_needsTwoDifferentPeople() {
    Tally tally = tally("{required: 2, of: ['alice', 'bob', 'carol']}");

    assertThat(tally.isMet(List.of(yes(ALICE)))).isFalse();
    assertThat(tally.isMet(List.of(yes(ALICE), yes(ALICE)))).isFalse();
    assertThat(tally.isMet(List.of(yes(ALICE), yes(BOB)))).isTrue();
  }

  @Test
  void voteOfBeforeTheNameWasGivenToSomebodyElse_doesNotCount_andTheyMayAnswerThemselves() {
    Tally tally = tally("{required: 2, breakGlass: ['bob']}");
    List<Vote> votes = List.of(yes(ALICE), yes(BOB));
    assertThat(tally.isMet(votes)).isTrue();

    since.put(BOB, Instant.EPOCH.plusSeconds(1));

    assertThat(tally.isMet(votes)).isFalse();
    assertThat(tally.isMet(List.of(vote(BOB, true)))).isFalse();
    assertThat(tally.hasAnswered(ALICE, votes)).isTrue();
    assertThat(tally.hasAnswered(BOB, votes)).isFalse();
  }

  @Test
  void whoIsNotNamed_doesNotCount() {
    Tally tally = tally("{required: 1, of: ['bob']}");

    assertThat(tally.mayAnswer(ALICE)).isFalse();
    assertThat(tally.isMet(List.of(yes(ALICE), yes(CAROL)))).isFalse();
    assertThat(tally.isMet(List.of(yes(BOB)))).isTrue();
  }

  @Test
  void whoLeaves_countsNoMore() {
    Tally tally = tally("{required: 2, of: ['alice', 'bob', 'carol']}");
    List<Vote> votes = List.of(yes(ALICE), yes(BOB));
    people.remove(BOB);

    assertThat(tally.isMet(votes)).isFalse();
  }

  @Test
  void auditor_isNeverAsked() {
    people.put(BOB, Role.AUDITOR);

    assertThat(tally("{required: 1}").mayAnswer(BOB)).isFalse();
    assertThat(tally("{required: 1, of: ['bob']}").isMet(List.of(yes(BOB)))).isFalse();
  }

  @Test
  void ownerOfTheAgent_isLeftOut_whereTheRuleSaysSo() {
    assertThat(tally("{required: 1, excludeOwner: true}").mayAnswer(ALICE)).isFalse();
    assertThat(tally("{required: 1}").mayAnswer(ALICE)).isTrue();
  }

  @Test
  void yesWithoutTheFactor_doesNotCount() {
    Tally tally = tally("{totp: true}");

    assertThat(tally.isMet(List.of(yes(ALICE)))).isFalse();
    assertThat(tally.isMet(List.of(yes(ALICE, Factor.PASSKEY)))).isFalse();
    assertThat(tally.isMet(List.of(yes(ALICE, Factor.TOTP, Factor.PASSKEY)))).isTrue();
  }

  @Test
  void everyRule_mustBeMet_andOneYesMayCountForSeveral() {
    Tally tally = tally("[{passkey: true, of: ['alice']}, {totp: true, required: 2}]");

    assertThat(tally.isMet(List.of(yes(ALICE, Factor.PASSKEY), yes(BOB, Factor.TOTP)))).isFalse();
    assertThat(tally.isMet(List.of(yes(ALICE, Factor.PASSKEY, Factor.TOTP), yes(BOB, Factor.TOTP))))
        .isTrue();
  }

  @Test
  void brokenGlass_standsAlone_forThePersonThatTheRuleNamesOnly() {
    String rule = "{totp: true, required: 2, of: ['alice', 'bob'], breakGlass: ['carol']}";

    assertThat(tally(rule).isMet(List.of(vote(CAROL, true, Factor.TOTP)))).isTrue();
    assertThat(tally(rule).isMet(List.of(vote(CAROL, true)))).isFalse();
    assertThat(tally(rule).isMet(List.of(vote(CAROL, false, Factor.TOTP)))).isFalse();
    assertThat(tally(rule).isMet(List.of(vote(ALICE, true, Factor.TOTP)))).isFalse();
  }

  @Test
  void brokenGlass_doesNotBreakARuleThatDoesNotNameThePerson() {
    Tally tally = tally("[{breakGlass: ['carol'], of: ['alice']}, {of: ['bob']}]");

    assertThat(tally.isMet(List.of(vote(CAROL, true)))).isFalse();
    assertThat(tally.isMet(List.of(vote(CAROL, true), yes(BOB)))).isTrue();
  }

  @Test
  void whoMayOnlyBreakTheGlass_mayNotApprove_sinceThatYesWouldCountNowhere() {
    Tally tally = tally("{of: ['alice'], breakGlass: ['carol']}");

    assertThat(tally.mayApprove(ALICE)).isTrue();
    assertThat(tally.mayApprove(CAROL)).isFalse();
    assertThat(tally.mayBreakGlass(CAROL)).isTrue();
    assertThat(tally.mayAnswer(CAROL)).isTrue();
  }

  @Test
  void anyOwner_mayDeny_andNobodyElseWhoIsNotAsked() {
    Tally tally = tally("{of: ['alice']}");

    assertThat(tally.mayDeny(CAROL)).isTrue();
    assertThat(tally.mayDeny(ALICE)).isTrue();
    assertThat(tally.mayDeny(BOB)).isFalse();
    assertThat(tally.mayDeny(new PersonName("stranger"))).isFalse();
  }

  @Test
  void cap_isThatOfTheStrictestRule() {
    assertThat(tally("[{atMost: '10m'}, {atMost: '2m'}, {}]").cap(Duration.ofHours(1)))
        .isEqualTo(Duration.ofMinutes(2));
    assertThat(tally("{}").cap(Duration.ofHours(1))).isEqualTo(Duration.ofHours(1));
  }

  /// Against the definition, over every set of three people's votes.
  @Test
  void mOfN_agreesWithCounting_forEveryVoteOfThreePeople() {
    List<PersonName> all = List.of(ALICE, BOB, CAROL);
    for (int required = 1; required <= 3; required++) {
      Tally tally = tally("{required: " + required + ", of: ['alice', 'bob', 'carol']}");
      for (int set = 0; set < 8; set++) {
        List<Vote> votes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          if ((set >> i & 1) == 1) {
            votes.add(yes(all.get(i)));
          }
        }
        assertThat(tally.isMet(votes)).isEqualTo(Integer.bitCount(set) >= required);
      }
    }
  }
}
