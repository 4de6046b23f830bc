package io.keymantle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.CredentialCodec;
import io.keymantle.control.IssuedGrant;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.EgressPolicy;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Problem;
import io.keymantle.domain.RefusedException;
import io.keymantle.redaction.RedactionSet;
import io.keymantle.redaction.Redactor;
import io.keymantle.redeem.AgentSession;
import io.keymantle.redeem.ObservedUse;
import io.keymantle.redeem.Redeemer;
import io.keymantle.secret.SecretLease;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Credentials of kind `totp`: what a boundary is lent is the code of the moment.
final class DownstreamTotpTest {
  private static final CredentialName NAME = new CredentialName("github-2fa");
  private static final String SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  private static final String URI =
      "otpauth://totp/GitHub:bot?secret=" + SEED + "&issuer=GitHub&digits=8";
  private static final String SPEC =
      "{allowedAgents:['main'],kind:'totp',expiresAfter:'30d',"
          + "bindings:[{destination:'https://github.com',surface:'form:otp'}]}";
  private static final ObservedUse USE =
      ObservedUse.unasked("https://github.com", "POST", "/login", "form:otp");

  @TempDir Path folder;
  private TestBroker broker;
  private String agentToken = "";

  @BeforeEach
  void start() {
    broker = TestBroker.create(folder);
    agentToken =
        broker
            .control()
            .agents()
            .add(TestBroker.OWNER, new AgentName("main"), EgressPolicy.DEFAULT)
            .token();
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private void add(String spec, String value) {
    broker
        .control()
        .catalogue()
        .add(TestBroker.OWNER, CredentialCodec.read(NAME, spec), broker.seal(NAME, value));
  }

  private AgentSession session() {
    return broker.redeemer().authenticate(agentToken);
  }

  private SecretLease redeem(IssuedGrant issued) throws Exception {
    CompletableFuture<SecretLease> lease = new CompletableFuture<>();
    broker
        .redeemer()
        .redeem(
            session(),
            broker.redeemer().grant(session(), issued.token().value()),
            USE,
            new Redeemer.Callback() {
              @Override
              public void granted(SecretLease granted) {
                lease.complete(granted);
              }

              @Override
              public void refused(Problem problem) {
                lease.completeExceptionally(new RefusedException(problem));
              }
            });
    return lease.get(10, TimeUnit.SECONDS);
  }

  private String code(IssuedGrant issued) throws Exception {
    StringBuilder code = new StringBuilder();
    try (SecretLease lease = redeem(issued)) {
      lease.reveal((bytes, offset, length) ->
          code.append(new String(bytes, offset, length, StandardCharsets.UTF_8)));
    }
    return code.toString();
  }

  private String masked(String reply) throws Exception {
    RedactionSet values =
        broker.redeemer().redactions(session()).toCompletableFuture().get(10, TimeUnit.SECONDS);
    StringBuilder out = new StringBuilder();
    Redactor redactor = values.newRedactor();
    Redactor.Sink sink = (bytes, _) -> out.append(StandardCharsets.UTF_8.decode(bytes));
    redactor.update(ByteBuffer.wrap(reply.getBytes(StandardCharsets.UTF_8)), sink);
    redactor.finish(sink);
    return out.toString();
  }

  private ErrorCode refusal(String spec, String value) {
    return catchThrowableOfType(RefusedException.class, () -> add(spec, value)).problem().code();
  }

  /// RFC 6238, appendix B.
  @ParameterizedTest
  @CsvSource({
    "2005-03-18T01:58:29Z, 07081804",
    "2005-03-18T01:58:31Z, 14050471",
    "2009-02-13T23:31:30Z, 89005924",
    "2033-05-18T03:33:20Z, 69279037"
  })
  void lease_revealsTheCodeOfTheMoment(Instant moment, String code) throws Exception {
    broker.clock().advance(Duration.between(broker.clock().instant(), moment));
    add(SPEC, URI);

    assertThat(code(broker.request(agentToken, NAME))).isEqualTo(code);
  }

  @Test
  void code_isTheSameWithinItsStep_andAnotherInTheNext() throws Exception {
    add(SPEC, SEED);
    IssuedGrant issued = broker.request(agentToken, NAME);
    String first = code(issued);
    broker.clock().advance(Duration.ofSeconds(29));
    String again = code(issued);
    broker.clock().advance(Duration.ofSeconds(1));

    assertThat(first).matches("\\d{6}").isEqualTo(again).isNotEqualTo(code(issued));
  }

  @Test
  void reply_showsNeitherCodesThatWereLent_norTheSeedInAnyForm() throws Exception {
    add(SPEC, URI);
    IssuedGrant issued = broker.request(agentToken, NAME);
    assertThat(masked("nothing was lent")).isEqualTo("nothing was lent");
    String first = code(issued);
    broker.clock().advance(Duration.ofSeconds(30));
    String second = code(issued);

    String reply = masked("a " + first + " b " + second + " c " + SEED + " d " + URI + " e");

    assertThat(reply).doesNotContain(first, second, SEED);
    assertThat(reply)
        .startsWith("a [redacted:github-2fa] b [redacted:github-2fa] c ")
        .endsWith(" e");
    assertThat(masked("12345678901234567890")).as("the key's bytes").contains("redacted");
  }

  @Test
  void longUse_keepsWorking_andMasksTheLatestCodes() throws Exception {
    add(SPEC, URI);
    IssuedGrant issued = broker.request(agentToken, NAME);
    String last = "";
    for (int i = 0; i < 100; i++) {
      broker.clock().advance(Duration.ofSeconds(30));
      last = code(issued);
    }
    assertThat(masked(last)).isEqualTo("[redacted:github-2fa]");
  }

  @Test
  void valueThatIsNoSeed_isRefusedAtItsIntake() {
    assertThat(refusal(SPEC, "hunter2-hunter2")).isEqualTo(ErrorCode.VALUE_UNUSABLE);
    assertThat(refusal(SPEC, URI.replace("digits=8", "digits=7")))
        .isEqualTo(ErrorCode.VALUE_UNUSABLE);
    assertThat(
            catchThrowableOfType(
                    RefusedException.class,
                    () -> CredentialCodec.read(NAME, SPEC.replace("'totp'", "'hotp'")))
                .problem()
                .code())
        .isEqualTo(ErrorCode.INVALID_CONFIGURATION);
  }

  @Test
  void kind_isNotChangedToTotp_overAValueThatIsNoSeed() {
    add(SPEC.replace("kind:'totp',", ""), "hunter2-hunter2");

    assertThat(
            catchThrowableOfType(
                    RefusedException.class,
                    () ->
                        broker
                            .control()
                            .catalogue()
                            .set(TestBroker.OWNER, CredentialCodec.read(NAME, SPEC)))
                .problem()
                .code())
        .isEqualTo(ErrorCode.VALUE_UNUSABLE);
  }

  @Test
  void sixDigits_cannotBeInjectedAlways_eightCan() {
    String always =
        SPEC.replace("surface:'form:otp'", "surface:'header:x-otp',inject:'always',format:'raw'");

    assertThat(refusal(always, SEED)).isEqualTo(ErrorCode.VALUE_UNUSABLE);
    add(always, URI);
  }
}
