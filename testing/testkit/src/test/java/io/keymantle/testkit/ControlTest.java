package io.keymantle.testkit;

import static io.keymantle.testkit.Samples.DATABASE;
import static io.keymantle.testkit.Samples.GITHUB;
import static io.keymantle.testkit.Samples.MAIN;
import static io.keymantle.testkit.Samples.OTHER;
import static io.keymantle.testkit.TestBroker.OWNER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.CredentialCodec;
import io.keymantle.control.CredentialImport;
import io.keymantle.control.CredentialSpec;
import io.keymantle.control.GrantSelector;
import io.keymantle.control.ImportReport;
import io.keymantle.control.IssuedGrant;
import io.keymantle.control.Requester;
import io.keymantle.control.Validity;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.LedgerEvent.Phase;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.domain.TrustLevel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// From the request to the broker token and back.
class ControlTest {
  private static final String BOUND = "bindings: [{destination: 'https://api.github.com'}]";

  @TempDir private Path directory;
  private TestBroker broker;
  private String agentToken;

  @BeforeEach
  void open() {
    broker = TestBroker.create(directory);
    agentToken = broker.control().agents().add(OWNER, MAIN, EgressPolicy.DEFAULT).token();
    broker
        .control()
        .catalogue()
        .add(
            OWNER,
            CredentialCodec.read(GITHUB, "{allowedAgents: ['main'], " + BOUND + "}"),
            broker.seal(GITHUB, "canary-value-0123456789"));
  }

  @AfterEach
  void close() {
    broker.close();
  }

  private static Problem refusal(Runnable work) {
    return catchThrowableOfType(RefusedException.class, work::run).problem();
  }

  private Problem requestRefusal(CredentialName name) {
    return refusal(() -> broker.request(agentToken, name));
  }

  private void set(String json) {
    broker.control().catalogue().set(OWNER, CredentialCodec.read(GITHUB, json));
  }

  @Test
  void request_ofAnAllowedAgent_isGrantedAndEachStepRecordedInOrder() {
    IssuedGrant issued = broker.request(agentToken, GITHUB);

    assertThat(issued.grant().expiresAt()).isEqualTo(TestClock.START.plus(Duration.ofHours(1)));
    assertThat(issued.token().display(GITHUB)).startsWith("<credential:github-api:kmt_");
    List<LedgerEvent> last =
        broker
            .ledger()
            .events()
            .subList(broker.ledger().events().size() - 4, broker.ledger().events().size());
    assertThat(last)
        .extracting(LedgerEvent::kind, LedgerEvent::phase)
        .containsExactly(
            Tuple.tuple(Kind.REQUEST, Phase.FACT),
            Tuple.tuple(Kind.DECISION, Phase.FACT),
            Tuple.tuple(Kind.GRANT, Phase.INTENT),
            Tuple.tuple(Kind.GRANT, Phase.OUTCOME));
    assertThat(last).extracting(LedgerEvent::operation).containsOnly(last.getFirst().operation());
  }

  @Test
  void request_forAnUnknownCredential_readsAsForOneThatIsNotAllowed() {
    CredentialName secret = new CredentialName("not-for-you");
    CredentialName absent = new CredentialName("not-for-yov");
    broker
        .control()
        .catalogue()
        .add(OWNER, CredentialCodec.read(secret, "{allowedAgents: ['other']}"));

    Problem unknown = requestRefusal(absent);
    Problem forbidden = requestRefusal(secret);

    assertThat(forbidden.code()).isEqualTo(ErrorCode.AGENT_NOT_ALLOWED);
    assertThat(forbidden.line().replace("not-for-you", "X"))
        .isEqualTo(unknown.line().replace("not-for-yov", "X"));
    Requester requester = broker.control().agents().authenticate(agentToken);
    assertThat(broker.control().catalogue().namesFor(requester.agent().name()))
        .containsExactly(GITHUB);
  }

  @Test
  void request_thatNeedsATotpCode_waitsForAPerson() {
    set("{allowedAgents: ['main'], requireTotp: true, " + BOUND + "}");

    assertThat(requestRefusal(GITHUB).code()).isEqualTo(ErrorCode.APPROVAL_REQUIRED);
    assertThat(requestRefusal(GITHUB).fix()).contains("keymantle approval approve apr_");
    assertThat(broker.ledger().events(Kind.DECISION, Phase.FACT).getLast().code())
        .isEqualTo("approval_required");
    assertThat(broker.control().grants().list()).isEmpty();
  }

  @Test
  void request_whenTheLedgerFails_issuesNothing() {
    broker.ledger().failingFor(event -> event.kind() == Kind.GRANT);

    assertThat(requestRefusal(GITHUB).code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
    assertThat(broker.stores().grants().all()).isEmpty();
  }

  @Test
  void request_whenOnlyTheOutcomeCannotBeRecorded_isTakenBack() {
    broker
        .ledger()
        .failingFor(event -> event.kind() == Kind.GRANT && event.phase() == Phase.OUTCOME);

    assertThat(requestRefusal(GITHUB).code()).isEqualTo(ErrorCode.LEDGER_UNAVAILABLE);
    assertThat(broker.stores().grants().all())
        .allSatisfy(each -> assertThat(each.grant().revokedAt()).isPresent());
    assertThat(broker.control().grants().list()).isEmpty();
  }

  @Test
  void request_whenTheStoreFails_isRecordedAsFailed() {
    broker.memory().failing(true);

    assertThat(requestRefusal(GITHUB).code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    assertThat(broker.ledger().events(Kind.GRANT, Phase.OUTCOME).getLast().result())
        .isEqualTo("failed");
  }

  @Test
  void crashBetweenIntentAndOutcome_isClosedAsUnknownAtTheNextStart() {
    broker
        .ledger()
        .failingFor(event -> event.kind() == Kind.GRANT && event.phase() == Phase.OUTCOME);
    requestRefusal(GITHUB);
    broker.ledger().failingFor(_ -> false);

    broker = broker.restart();

    LedgerEvent outcome = broker.ledger().events(Kind.GRANT, Phase.OUTCOME).getLast();
    assertThat(outcome.result()).isEqualTo("unknown");
    assertThat(broker.ledger().unfinished()).isEmpty();
    assertThat(broker.ledger().events().getLast().kind()).isEqualTo(Kind.BROKER);
    assertThat(broker.stores().grants().all())
        .allSatisfy(each -> assertThat(each.grant().revokedAt()).isPresent());
  }

  @Test
  void revocationThatACrashInterrupted_isRepeatedAtTheNextStart() {
    IssuedGrant issued = broker.request(agentToken, GITHUB);
    LedgerEvent intent =
        new LedgerEvent(
            broker.clock().instant(),
            Kind.REVOCATION,
            Phase.INTENT,
            "abcdefghijklmnop",
            "person:owner",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            Map.of("selector", "all"));
    broker.ledger().append(intent);

    broker = broker.restart();

    assertThat(broker.control().grants().validate(OWNER, issued.token().value()))
        .isInstanceOfSatisfying(
            Validity.Invalid.class,
            invalid -> assertThat(invalid.problem().code()).isEqualTo(ErrorCode.GRANT_REVOKED));
  }

  @Test
  void validate_tellsWhyATokenWouldNotWork() {
    IssuedGrant issued = broker.request(agentToken, GITHUB);
    assertThat(why(issued)).isNull();

    set("{allowedAgents: ['main']}");
    assertThat(why(issued)).isEqualTo(ErrorCode.CREDENTIAL_UNBOUND);
    set("{allowedAgents: ['main'], " + BOUND + "}");
    broker.clock().advance(Duration.ofHours(2));
    assertThat(why(issued)).isEqualTo(ErrorCode.GRANT_EXPIRED);
    broker.clock().advance(Duration.ofDays(2));
    broker.control().sweep();
    assertThat(why(issued)).isEqualTo(ErrorCode.TOKEN_UNKNOWN);
    assertThat(broker.stores().grants().all()).isEmpty();
  }

  private @Nullable ErrorCode why(IssuedGrant issued) {
    return switch (broker.control().grants().validate(OWNER, issued.token().display(GITHUB))) {
      case Validity.Valid _ -> null;
      case Validity.Invalid(Problem problem) -> problem.code();
    };
  }

  @Test
  void validate_byAnotherAgent_tellsOnlyThat() {
    IssuedGrant issued = broker.request(agentToken, GITHUB);
    String other = broker.control().agents().add(OWNER, OTHER, EgressPolicy.DEFAULT).token();
    Requester requester = broker.control().agents().authenticate(other);

    assertThat(broker.control().grants().validate(requester, issued.token().value()))
        .isInstanceOfSatisfying(
            Validity.Invalid.class,
            invalid ->
                assertThat(invalid.problem().code()).isEqualTo(ErrorCode.TOKEN_OF_OTHER_AGENT));
  }

  @Test
  void agentAddedTwice_isRefusedUntilItIsRevoked() {
    assertThat(
            refusal(() -> broker.control().agents().add(OWNER, MAIN, EgressPolicy.DEFAULT)).code())
        .isEqualTo(ErrorCode.ALREADY_EXISTS);
    broker.control().agents().revoke(OWNER, MAIN);
    assertThat(refusal(() -> broker.control().agents().authenticate(agentToken)).code())
        .isEqualTo(ErrorCode.AGENT_REVOKED);

    String next = broker.control().agents().add(OWNER, MAIN, EgressPolicy.DEFAULT).token();

    assertThat(broker.request(next, GITHUB).grant().agent()).isEqualTo(MAIN);
  }

  @Test
  void runWhoseGrantIsRefused_leavesNothingBehind() {
    assertThat(
            refusal(() ->
                    broker
                        .control()
                        .runs()
                        .start(OWNER, MAIN, TrustLevel.ISOLATED, List.of(GITHUB, DATABASE), "work"))
                .code())
        .isEqualTo(ErrorCode.AGENT_NOT_ALLOWED);
    assertThat(broker.control().runs().list()).isEmpty();
    assertThat(broker.stores().runs().all()).isEmpty();
    assertThat(broker.control().grants().list())
        .allSatisfy(each -> assertThat(each.grant().revokedAt()).isPresent());
  }

  @Test
  void importedCredentials_areShownAsTheyWereWritten() {
    String file =
        """
        { "credentials": {
            "gh": { "allowedAgents": ["main", "gh-issues"], "requireTotp": false, "expiresAfter": "1h" },
            "production-db": { "allowedAgents": ["main"], "requireTotp": true, "expiresAfter": "5m" } } }
        """;

    ImportReport report =
        broker.control().catalogue().importAll(OWNER, CredentialImport.parse(file));

    assertThat(report.imported())
        .extracting(each -> each.name().value(), ImportReport.Imported::mend)
        .containsExactly(
            Tuple.tuple(
                "gh",
                List.of(
                    "keymantle credential set gh --destination https://HOST",
                    "keymantle credential rotate gh")),
            Tuple.tuple(
                "production-db",
                List.of(
                    "keymantle credential set production-db --destination https://HOST",
                    "keymantle credential rotate production-db")));
    CredentialName name = new CredentialName("gh");
    assertThat(CredentialCodec.text(CredentialSpec.of(broker.control().catalogue().show(name))))
        .isEqualTo(
            "{\"allowedAgents\":[\"main\",\"gh-issues\"],\"requireTotp\":false,\"expiresAfter\":\"1h\"}");
  }

  @Test
  void import_whereOneExists_importsNothing() {
    String file = "{credentials: {fresh: {}, 'github-api': {}}}";

    assertThat(
            refusal(() ->
                    broker.control().catalogue().importAll(OWNER, CredentialImport.parse(file)))
                .code())
        .isEqualTo(ErrorCode.ALREADY_EXISTS);
    assertThat(broker.control().catalogue().list()).hasSize(1);
  }

  @Test
  void shortValue_withAnAlwaysBinding_isRefusedAtEachDoor() {
    CredentialName name = new CredentialName("short");
    String always = "{bindings: [{destination: 'https://api.github.com', inject: 'always'}]}";
    assertThat(
            refusal(() ->
                    broker
                        .control()
                        .catalogue()
                        .add(
                            OWNER,
                            CredentialCodec.read(name, always),
                            broker.seal(name, "1234567")))
                .code())
        .isEqualTo(ErrorCode.VALUE_UNUSABLE);
    broker
        .control()
        .catalogue()
        .add(OWNER, CredentialCodec.read(name, "{}"), broker.seal(name, "1234567"));
    assertThat(
            refusal(() ->
                    broker.control().catalogue().set(OWNER, CredentialCodec.read(name, always)))
                .code())
        .isEqualTo(ErrorCode.VALUE_UNUSABLE);
    assertThat(broker.control().catalogue().show(name).bindings()).isEmpty();
  }

  @Test
  void valueSealedForAnotherName_isRefused() {
    CredentialName name = new CredentialName("mine");
    assertThat(
            refusal(() ->
                    broker
                        .control()
                        .catalogue()
                        .add(OWNER, CredentialCodec.read(name, "{}"), broker.seal(GITHUB, "value")))
                .code())
        .isEqualTo(ErrorCode.INVALID_REQUEST);
  }

  @Test
  void removedCredential_isGoneWithItsGrantsAndValues() {
    IssuedGrant issued = broker.request(agentToken, GITHUB);

    broker.control().catalogue().remove(OWNER, GITHUB);

    assertThat(why(issued)).isEqualTo(ErrorCode.GRANT_REVOKED);
    assertThat(broker.stores().values().values(GITHUB)).isEmpty();
    assertThat(refusal(() -> broker.control().catalogue().show(GITHUB)).code())
        .isEqualTo(ErrorCode.NOT_FOUND);
  }

  @Test
  void removedCredential_leavesALedgerLineForEachGrantThatEnded() {
    IssuedGrant first = broker.request(agentToken, GITHUB);
    IssuedGrant second = broker.request(agentToken, GITHUB);

    broker.control().catalogue().remove(OWNER, GITHUB);

    assertThat(broker.ledger().events(Kind.REVOCATION, Phase.FACT))
        .extracting(LedgerEvent::grant, LedgerEvent::credential)
        .containsExactlyInAnyOrder(
            Tuple.tuple(first.grant().id().value(), GITHUB.value()),
            Tuple.tuple(second.grant().id().value(), GITHUB.value()));
  }

  @Test
  void revocation_ofANameThatNobodyHas_isRefusedRatherThanDoneForNothing() {
    for (GrantSelector selector :
        List.of(
            new GrantSelector.ByAgent(OTHER),
            new GrantSelector.ByCredential(new CredentialName("mistyped")))) {
      assertThat(refusal(() -> broker.control().grants().revoke(OWNER, selector)).code())
          .as(selector.toString())
          .isEqualTo(ErrorCode.NOT_FOUND);
    }
    assertThat(broker.control().grants().revoke(OWNER, new GrantSelector.ByAgent(MAIN))).isZero();
  }

  @Test
  void revokeAll_saysHowMany() {
    broker.request(agentToken, GITHUB);
    broker.request(agentToken, GITHUB);

    assertThat(broker.control().grants().revoke(OWNER, new GrantSelector.All())).isEqualTo(2);
    assertThat(broker.control().grants().revoke(OWNER, new GrantSelector.All())).isZero();
    assertThat(broker.ledger().events(Kind.REVOCATION, Phase.FACT)).hasSize(2);
  }

  @Test
  void reason_inTheLedger_isOneLineAndHoldsNoToken() {
    IssuedGrant issued = broker.request(agentToken, GITHUB);
    Requester requester = broker.control().agents().authenticate(agentToken);

    broker
        .control()
        .grants()
        .request(requester, GITHUB, "because\r\n" + issued.token().value() + "x".repeat(9999));

    String reason =
        broker.ledger().events(Kind.REQUEST, Phase.FACT).getLast().detail().get("reason");
    assertThat(reason).startsWith("because [token]").hasSizeLessThanOrEqualTo(200);
  }
}
