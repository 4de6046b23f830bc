package io.keymantle.factors;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.AuthenticatorData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.data.extension.authenticator.AuthenticationExtensionsAuthenticatorOutputs;
import com.webauthn4j.server.ServerProperty;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Verifies what authenticators send, by webauthn4j. Made when the first one is there: its mappers
/// take a fifth of a second.
///
/// Guarantees: exact origin, relying party and challenge, a signature by the stored key, user
/// present and verified. Whatever is wrong with an answer, also with its form, is an empty result.
///
/// Not guaranteed: who made the authenticator; attestation is not asked for. The sign counter is
/// the store's to judge.
final class PasskeyVerifier {
  private static final List<PublicKeyCredentialParameters> ALGORITHMS =
      PasskeyOptions.ALGORITHMS.stream()
          .map(number ->
              new PublicKeyCredentialParameters(
                  PublicKeyCredentialType.PUBLIC_KEY, COSEAlgorithmIdentifier.create(number)))
          .toList();

  private final ObjectConverter converter = new ObjectConverter();
  private final WebAuthnManager manager = WebAuthnManager.createNonStrictWebAuthnManager(converter);
  private final AttestedCredentialDataConverter attested =
      new AttestedCredentialDataConverter(converter);

  /// A registration that holds.
  record Registered(String id, String attested, long counter, boolean backupEligible) {}

  /// An assertion as it claims to be, before anything is verified.
  record Claimed(String id, Optional<String> userHandle, AuthenticationData data) {}

  Optional<Registered> registration(RelyingParty party, String challenge, String attestation) {
    try {
      RegistrationData data = manager.parseRegistrationResponseJSON(attestation);
      manager.verify(
          data, new RegistrationParameters(property(party, challenge), ALGORITHMS, true, true));
      return Optional.ofNullable(data.getAttestationObject())
          .map(object -> object.getAuthenticatorData())
          .flatMap(this::registered);
    } catch (RuntimeException malformedOrWrong) {
      return refused(malformedOrWrong);
    }
  }

  private Optional<Registered> registered(AuthenticatorData<?> data) {
    return Optional.ofNullable(data.getAttestedCredentialData())
        .map(credential ->
            new Registered(
                PasskeyOptions.base64(credential.getCredentialId()),
                PasskeyOptions.base64(attested.convert(credential)),
                data.getSignCount(),
                data.isFlagBE()));
  }

  Optional<Claimed> claimed(String assertion) {
    try {
      AuthenticationData data = manager.parseAuthenticationResponseJSON(assertion);
      return Optional.of(
          new Claimed(
              PasskeyOptions.base64(data.getCredentialId()),
              Optional.ofNullable(data.getUserHandle()).map(PasskeyOptions::base64),
              data));
    } catch (RuntimeException malformed) {
      return refused(malformed);
    }
  }

  /// The sign counter of an assertion that holds.
  Optional<Long> assertion(
      RelyingParty party, String challenge, StoredPasskey passkey, Claimed claimed) {
    try {
      manager.verify(
          claimed.data(),
          new AuthenticationParameters(
              property(party, challenge), record(passkey), null, true, true));
      return Optional.ofNullable(claimed.data().getAuthenticatorData())
          .map(AuthenticatorData::getSignCount);
    } catch (RuntimeException wrong) {
      return refused(wrong);
    }
  }

  /// The library has two exceptions of its own and trips over some malformed input with others: an
  /// answer that cannot be verified is a wrong one.
  private static <T> Optional<T> refused(RuntimeException why) {
    System.getLogger("io.keymantle.factors")
        .log(System.Logger.Level.DEBUG, "a passkey's answer does not hold: " + why.getClass());
    return Optional.empty();
  }

  private CredentialRecordImpl record(StoredPasskey passkey) {
    AttestedCredentialData credential =
        attested.convert(Base64.getUrlDecoder().decode(passkey.attested()));
    // Counter 0 lets every counter pass here; the store compares it in one step with keeping it.
    return new CredentialRecordImpl(
        new NoneAttestationStatement(),
        true,
        passkey.backupEligible(),
        null,
        0,
        credential,
        new AuthenticationExtensionsAuthenticatorOutputs<>(),
        null,
        null,
        null);
  }

  private static ServerProperty property(RelyingParty party, String challenge) {
    return ServerProperty.builder()
        .rpId(party.id())
        .challenge(new DefaultChallenge(challenge))
        .origins(party.origins().stream().map(Origin::create).collect(Collectors.toSet()))
        .build();
  }
}
