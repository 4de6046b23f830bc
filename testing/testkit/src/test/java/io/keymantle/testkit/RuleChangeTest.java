package io.keymantle.testkit;

import static io.keymantle.testkit.Samples.GITHUB;
import static io.keymantle.testkit.TestBroker.OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.Approval;
import io.keymantle.control.ApprovalScope;
import io.keymantle.control.ApprovalState;
import io.keymantle.control.Ballot;
import io.keymantle.control.CredentialCodec;
import io.keymantle.control.CredentialSpec;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A rule that asks people cannot be taken away without asking them.
class RuleChangeTest {
  private static final String BINDING =
      "{destination: 'https://api.github.com', methods: ['GET', 'POST']}";
  private static final String RULE = "{totp: true, when: {methods: ['POST']}}";

  private static final String ASKS =
      "{allowedAgents: ['main', 'bot'], expiresAfter: '5m', uses: 10, approval: ["
          + RULE
          + "], bindings: ["
          + BINDING
          + "]}";

  @TempDir private Path directory;
  private TestBroker broker;
  private int codes;

  @BeforeEach
  void open() {
    broker = TestBroker.create(directory);
    broker
        .control()
        .catalogue()
        .add(OWNER, CredentialCodec.read(GITHUB, ASKS), broker.seal(GITHUB, "a-value-01234567"));
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private void set(String json) {
    broker.control().catalogue().set(OWNER, CredentialCodec.read(GITHUB, json));
  }

  private Problem refusal(String json) {
    return catchThrowableOfType(RefusedException.class, () -> set(json)).problem();
  }

  private Approval asked(String json) {
    Problem problem = refusal(json);
    assertThat(problem.code()).isEqualTo(ErrorCode.APPROVAL_REQUIRED);
    return broker.control().approvals().show(problem.approval().orElseThrow());
  }

  private String now() {
    return CredentialCodec.text(CredentialSpec.of(broker.control().catalogue().show(GITHUB)));
  }

  private Ballot yes() {
    String code = broker.factors().code(new PersonName("owner"), "code-" + codes++);
    return new Ballot(true, ApprovalScope.ONCE, Duration.ZERO, false, "", code, Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bot'],|bot', 'other'],",
        "'5m'|'6m'",
        "uses: 10|uses: 11",
        "uses: 10|uses: 0",
        "['GET', 'POST']|['GET', 'POST', 'PUT']",
        "api.github.com|evil.example",
        "totp: true, when: {methods: ['POST']}|totp: true, when: {methods: ['PUT']}",
        "{totp: true, when: {methods: ['POST']}}|"
      })
  void change_thatMayWidenAccess_isAskedAbout_andNotMadeBefore(String change) {
    String before = now();
    String[] parts = change.split("\\|", -1);

    Approval approval = asked(ASKS.replace(parts[0], parts[1]));

    assertThat(approval.request().summary()).startsWith("change github-api (");
    assertThat(now()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "['main', 'bot']|['main']",
        "'5m'|'4m'",
        "uses: 10|uses: 9",
        "approval: [|requireTotp: true, approval: [",
        "approval: [|approval: [{required: 2},"
      })
  void change_thatOnlyNarrows_isMadeAtOnce(String change) {
    String[] parts = change.split("\\|", -1);

    set(ASKS.replace(parts[0], parts[1]));

    assertThat(broker.control().approvals().list()).isEmpty();
  }

  @Test
  void yes_letsThatChangeBeMade_once_andNoOther() {
    String wider = ASKS.replace("'5m'", "'6m'");
    Approval approval = asked(wider);
    broker.control().answers().answer(OWNER, approval.id(), yes());

    assertThat(refusal(ASKS.replace("'5m'", "'7m'")).code()).isEqualTo(ErrorCode.APPROVAL_REQUIRED);
    set(wider);

    assertThat(now()).contains("\"expiresAfter\":\"6m\"");
    assertThat(broker.control().approvals().show(approval.id()).state())
        .isEqualTo(ApprovalState.CONSUMED);
    set(ASKS);
    assertThat(asked(wider).id()).isNotEqualTo(approval.id());
  }

  @Test
  void people_areShownWhatItIsAndWhatItWouldBe() {
    Approval approval = asked(ASKS.replace("'5m'", "'6m'").replace(RULE, ""));

    assertThat(approval.request().summary())
        .isEqualTo("change github-api (approval, expiresAfter) — person owner");
    assertThat(approval.request().target().headers())
        .hasSize(2)
        .contains("expiresAfter: \"5m\" → \"6m\"")
        .anySatisfy(
            line -> assertThat(line).startsWith("approval: {\"totp\":true").endsWith(" → none"));
  }

  @Test
  void yes_isForOneChange_whateverLongerTimeTheRuleLets() {
    Approval approval = asked(ASKS.replace("'5m'", "'6m'"));
    Ballot longer =
        new Ballot(
            true,
            ApprovalScope.CREDENTIAL,
            Duration.ofMinutes(5),
            false,
            "",
            yes().code(),
            Optional.empty());

    assertThat(
            catchThrowableOfType(
                    RefusedException.class,
                    () -> broker.control().answers().answer(OWNER, approval.id(), longer))
                .problem()
                .code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void otherChangeMeanwhile_voidsTheQuestion() {
    Approval approval = asked(ASKS.replace("'5m'", "'6m'"));

    set(ASKS.replace("'5m'", "'4m'"));

    assertThat(broker.control().approvals().show(approval.id()).state())
        .isEqualTo(ApprovalState.CANCELLED);
  }

  @Test
  void agentOfThePersonsName_neitherSeesNorEndsTheQuestion() {
    AgentName namesake = new AgentName("owner");
    broker.control().agents().add(OWNER, namesake, EgressPolicy.DEFAULT);
    Approval approval = asked(ASKS.replace("'5m'", "'6m'"));

    assertThat(
            catchThrowableOfType(
                    RefusedException.class,
                    () -> broker.control().approvals().cancel(namesake, approval.id()))
                .problem()
                .code())
        .isEqualTo(ErrorCode.NOT_FOUND);
    broker.control().agents().revoke(OWNER, namesake);
    assertThat(broker.control().approvals().show(approval.id()).state())
        .isEqualTo(ApprovalState.PENDING);
  }

  @Test
  void who_asks_doesNotCountWhereTheRuleExcludesTheOwner() {
    set(ASKS.replace("approval: [", "approval: [{required: 1, excludeOwner: true}, "));
    Approval approval = asked("{allowedAgents: ['main']}");

    assertThat(broker.control().approvals().standing(approval))
        .anySatisfy(standing -> assertThat(standing.rule().excludesOwner()).isTrue());
    broker.control().answers().answer(OWNER, approval.id(), yes());
    assertThat(broker.control().approvals().show(approval.id()).state())
        .isEqualTo(ApprovalState.PENDING);
  }

  @Test
  void credentialThatAsksNobody_isChangedAtOnce() {
    broker.control().catalogue().remove(OWNER, GITHUB);
    String plain = ASKS.replace(RULE, "");
    broker
        .control()
        .catalogue()
        .add(OWNER, CredentialCodec.read(GITHUB, plain), broker.seal(GITHUB, "a-value-01234567"));

    set(plain.replace("'5m'", "'6m'"));

    assertThat(broker.control().approvals().list()).isEmpty();
  }
}
