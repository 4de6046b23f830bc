package io.keymantle.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.yubico.webauthn.AssertionRequest;
import com.yubico.webauthn.CredentialRepository;
import com.yubico.webauthn.FinishAssertionOptions;
import com.yubico.webauthn.FinishRegistrationOptions;
import com.yubico.webauthn.RegisteredCredential;
import com.yubico.webauthn.RegistrationResult;
import com.yubico.webauthn.RelyingParty;
import com.yubico.webauthn.data.ByteArray;
import com.yubico.webauthn.data.PublicKeyCredential;
import com.yubico.webauthn.data.PublicKeyCredentialCreationOptions;
import com.yubico.webauthn.data.PublicKeyCredentialDescriptor;
import com.yubico.webauthn.data.RelyingPartyIdentity;
import io.keymantle.control.Actor;
import io.keymantle.control.FactorProof;
import io.keymantle.control.PasskeyChallenge;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.testkit.SoftwareAuthenticator.Algorithm;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A second verifier reads our options and judges the same answers: Yubico's library.
final class SecondVerifierTest implements CredentialRepository {
  private static final String ORIGIN = PasskeyFactorTest.ORIGIN;
  private static final Actor.Person OWNER = TestBroker.OWNER;
  private static final PersonName NAME = new PersonName(OWNER.name());
  private static final byte[] DIGEST = new byte[32];

  @TempDir Path folder;
  private TestBroker broker;
  private Optional<RegisteredCredential> credential = Optional.empty();
  private final RelyingParty yubico =
      RelyingParty.builder()
          .identity(RelyingPartyIdentity.builder().id("localhost").name("Keymantle").build())
          .credentialRepository(this)
          .origins(Set.of(ORIGIN))
          .build();

  @BeforeEach
  void start() {
    broker = TestBroker.withFactors(folder);
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private static String inner(String options) {
    return options.replaceFirst("^\\{\"publicKey\":", "").replaceFirst("}$", "");
  }

  private void register(SoftwareAuthenticator by) throws Exception {
    PasskeyChallenge challenge = broker.control().enrolments().registration(OWNER);
    PublicKeyCredentialCreationOptions options =
        PublicKeyCredentialCreationOptions.fromJson(inner(challenge.options()));
    String answer = by.register(challenge.options());
    RegistrationResult result =
        yubico.finishRegistration(
            FinishRegistrationOptions.builder()
                .request(options)
                .response(PublicKeyCredential.parseRegistrationResponseJson(answer))
                .build());
    assertThat(result.isUserVerified()).isTrue();
    credential =
        Optional.of(
            RegisteredCredential.builder()
                .credentialId(result.getKeyId().getId())
                .userHandle(options.getUser().getId())
                .publicKeyCose(result.getPublicKeyCose())
                .build());
    broker
        .control()
        .enrolments()
        .addPasskey(OWNER, challenge.id(), answer, "laptop", new FactorProof.None());
  }

  private boolean oursAccepts(PasskeyChallenge challenge, String answer) {
    try {
      broker.control().factors().passkey(NAME, challenge.id(), answer, DIGEST);
      return true;
    } catch (RefusedException e) {
      return false;
    }
  }

  private boolean yubicoAccepts(PasskeyChallenge challenge, String answer) throws Exception {
    AssertionRequest request =
        AssertionRequest.fromJson(
            "{\"publicKeyCredentialRequestOptions\":"
                + inner(challenge.options()).replaceFirst("}$", ",\"extensions\":{}}")
                + "}");
    try {
      return yubico
          .finishAssertion(
              FinishAssertionOptions.builder()
                  .request(request)
                  .response(PublicKeyCredential.parseAssertionResponseJson(answer))
                  .build())
          .isSuccess();
    } catch (com.yubico.webauthn.exception.AssertionFailedException e) {
      return false;
    }
  }

  private void assertBothSay(boolean verdict, SoftwareAuthenticator by) throws Exception {
    PasskeyChallenge challenge = broker.control().factors().challenge(NAME, DIGEST);
    String answer = by.answer(challenge.options());

    assertThat(yubicoAccepts(challenge, answer)).as("Yubico's").isEqualTo(verdict);
    assertThat(oursAccepts(challenge, answer)).as("ours").isEqualTo(verdict);
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void bothAccept_aRightAnswer(Algorithm algorithm) throws Exception {
    SoftwareAuthenticator by = new SoftwareAuthenticator(algorithm, ORIGIN);
    register(by);
    assertBothSay(true, by);
    assertBothSay(true, by);
  }

  @Test
  void bothRefuse_wrongAnswers() throws Exception {
    SoftwareAuthenticator by = new SoftwareAuthenticator(Algorithm.ES256, ORIGIN);
    register(by);
    Consumer<SoftwareAuthenticator> right = each -> each.at(ORIGIN).of("localhost").verifying(true);

    assertBothSay(false, by.at("http://localhost:1"));
    right.accept(by);
    assertBothSay(false, by.of("evil.example"));
    right.accept(by);
    assertBothSay(false, by.verifying(false));
    right.accept(by);
    assertBothSay(true, by);
  }

  @Test
  void bothRefuse_anAnswerToAnotherChallenge() throws Exception {
    SoftwareAuthenticator by = new SoftwareAuthenticator(Algorithm.ES256, ORIGIN);
    register(by);
    String answer = by.answer(broker.control().factors().challenge(NAME, DIGEST).options());
    PasskeyChallenge asked = broker.control().factors().challenge(NAME, DIGEST);

    assertThat(yubicoAccepts(asked, answer)).isFalse();
    assertThat(oursAccepts(asked, answer)).isFalse();
  }

  @Override
  public Set<PublicKeyCredentialDescriptor> getCredentialIdsForUsername(String username) {
    return Set.of();
  }

  @Override
  public Optional<ByteArray> getUserHandleForUsername(String username) {
    return credential.map(RegisteredCredential::getUserHandle);
  }

  @Override
  public Optional<String> getUsernameForUserHandle(ByteArray userHandle) {
    return credential.map(_ -> NAME.value());
  }

  @Override
  public Optional<RegisteredCredential> lookup(ByteArray credentialId, ByteArray userHandle) {
    return credential.filter(each -> each.getCredentialId().equals(credentialId));
  }

  @Override
  public Set<RegisteredCredential> lookupAll(ByteArray credentialId) {
    return Set.of();
  }
}
