package io.keymantle.factors;

import io.keymantle.control.PasskeyChallenge;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.factors.Challenges.Binding;
import io.keymantle.factors.Challenges.Issued;
import io.keymantle.factors.Challenges.Purpose;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// Challenges for passkeys and their answers.
final class Passkeys {
  private static final int HANDLE_LENGTH = 32;

  private final FactorStore store;
  private final FactorTrail trail;
  private final Supplier<Optional<RelyingParty>> site;
  private final Challenges challenges;
  private final SecureRandom random;
  private final Clock clock;

  /// Guarded by this; made when first needed.
  private Optional<PasskeyVerifier> verifier = Optional.empty();

  Passkeys(
      FactorStore store,
      FactorTrail trail,
      Supplier<Optional<RelyingParty>> site,
      Clock clock,
      SecureRandom random) {
    this.store = store;
    this.trail = trail;
    this.site = site;
    this.clock = clock;
    this.random = random;
    this.challenges = new Challenges(clock, random);
  }

  static Binding of(PersonName person, Purpose purpose, String digest) {
    return new Binding(purpose, Optional.of(person), digest);
  }

  private static Binding login() {
    return new Binding(Purpose.LOGIN, Optional.empty(), "");
  }

  private static Binding registrationOf(PersonName person) {
    return of(person, Purpose.REGISTRATION, "");
  }

  /// @throws RefusedException with `factor_not_enrolled`
  PasskeyChallenge challenge(PersonName person, Purpose purpose, String digest) {
    List<String> usable =
        store.passkeys(person).stream()
            .filter(each -> !each.disabled())
            .map(StoredPasskey::id)
            .toList();
    if (usable.isEmpty()) {
      throw Refusals.passkeyNotEnrolled();
    }
    Issued issued = challenges.issue(of(person, purpose, digest));
    return new PasskeyChallenge(issued.id(), PasskeyOptions.request(site(), issued, usable));
  }

  PasskeyChallenge loginChallenge() {
    Issued issued = challenges.issue(login());
    return new PasskeyChallenge(issued.id(), PasskeyOptions.request(site(), issued, List.of()));
  }

  PasskeyChallenge registration(PersonName person) {
    byte[] fresh = new byte[HANDLE_LENGTH];
    random.nextBytes(fresh);
    String handle = store.assignUserHandle(person, PasskeyOptions.base64(fresh));
    List<String> existing = store.passkeys(person).stream().map(StoredPasskey::id).toList();
    Issued issued = challenges.issue(registrationOf(person));
    return new PasskeyChallenge(
        issued.id(), PasskeyOptions.creation(site(), issued, person, handle, existing));
  }

  /// A passkey that answered a [#registration], as it is to be stored.
  ///
  /// @throws RefusedException with `factor_refused`
  StoredPasskey registered(PersonName person, String challenge, String attestation, String label) {
    return challenges
        .take(challenge, registrationOf(person))
        .flatMap(issued -> verifier().registration(site(), issued.challenge(), attestation))
        .map(made ->
            new StoredPasskey(
                made.id(),
                person,
                label,
                made.attested(),
                made.counter(),
                made.backupEligible(),
                false,
                clock.instant(),
                Optional.empty()))
        .orElseThrow(Refusals::refused);
  }

  /// @throws RefusedException with `factor_refused`
  void check(PersonName person, Purpose purpose, String digest, String challenge, String answer) {
    Optional<Issued> issued = challenges.take(challenge, of(person, purpose, digest));
    Outcome outcome = tried(person, issued, verifier().claimed(answer));
    String what = digest.isEmpty() ? "" : " " + digest;
    trail.tried(person, GateName.PASSKEY, outcome, purpose + what);
    if (outcome != Outcome.ACCEPT) {
      throw Refusals.refused();
    }
  }

  /// @throws RefusedException with `factor_refused`
  PersonName login(String challenge, String answer) {
    Optional<Issued> issued = challenges.take(challenge, login());
    Optional<PasskeyVerifier.Claimed> claimed = verifier().claimed(answer);
    Optional<PersonName> person =
        claimed.flatMap(each -> store.passkey(each.id())).map(StoredPasskey::person);
    if (person.isEmpty()) {
      trail.triedByUnknown(Purpose.LOGIN.toString());
      throw Refusals.refused();
    }
    // Only a resident passkey answers without being named, and it says whose it is.
    boolean names = claimed.flatMap(PasskeyVerifier.Claimed::userHandle).isPresent();
    Outcome outcome = tried(person.get(), issued, names ? claimed : Optional.empty());
    trail.tried(person.get(), GateName.PASSKEY, outcome, Purpose.LOGIN.toString());
    if (outcome != Outcome.ACCEPT) {
      throw Refusals.refused();
    }
    return person.get();
  }

  private Outcome tried(
      PersonName person, Optional<Issued> issued, Optional<PasskeyVerifier.Claimed> claimed) {
    OptionalLong counter = OptionalLong.empty();
    String id = claimed.map(PasskeyVerifier.Claimed::id).orElse("");
    Optional<StoredPasskey> passkey =
        store.passkey(id).filter(each -> each.person().equals(person));
    if (issued.isPresent() && claimed.isPresent() && passkey.isPresent()) {
      Optional<String> handle = claimed.get().userHandle();
      boolean own = handle.isEmpty() || handle.equals(store.userHandle(person));
      Optional<Long> signed =
          verifier().assertion(site(), issued.get().challenge(), passkey.get(), claimed.get());
      counter = own && signed.isPresent() ? OptionalLong.of(signed.get()) : counter;
    }
    return store.tryPasskey(person, id, counter, clock.instant());
  }

  private RelyingParty site() {
    return site.get()
        .orElseThrow(() ->
            RefusedException.of(
                ErrorCode.INVALID_CONFIGURATION,
                "passkeys need the web console, and it is off",
                "keymantle down, then keymantle up --console-port 0"));
  }

  private synchronized PasskeyVerifier verifier() {
    PasskeyVerifier made = verifier.orElseGet(PasskeyVerifier::new);
    verifier = Optional.of(made);
    return made;
  }
}
