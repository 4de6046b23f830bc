package io.keymantle.factors;

import io.keymantle.control.Actor;
import io.keymantle.control.AuditTrail;
import io.keymantle.control.FactorCheck;
import io.keymantle.control.FactorEnrolment;
import io.keymantle.control.FactorProof;
import io.keymantle.control.FactorStatus;
import io.keymantle.control.Passkey;
import io.keymantle.control.PasskeyChallenge;
import io.keymantle.control.TotpSetup;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Factor;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.factors.Challenges.Purpose;
import io.keymantle.keys.Keyring;
import io.keymantle.keys.RecordIdentity;
import io.keymantle.otp.OtpAlgorithm;
import io.keymantle.otp.Totp;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/// The factors of a home's people. Thread-safe.
///
/// Each check goes one way, whatever comes of it: seed opened, all codes of the window compared,
/// one durable step in the store, one durable entry in the ledger, the answer. So who measures the
/// time of a refusal does not learn whether the gate was closed, and no answer comes before its
/// trace.
public final class Factors implements FactorCheck, FactorEnrolment {
  private static final Duration CONFIRM_WITHIN = Duration.ofMinutes(10);
  private static final int LABEL_MOST = 64;
  private static final Pattern DIGITS = Pattern.compile("[0-9 ]*");

  private final FactorStore store;
  private final FactorTrail trail;
  private final TotpSeeds seeds;
  private final RecoveryCodes recovery;
  private final Passkeys passkeys;
  private final Clock clock;

  /// @param site the web site of passkeys, once there is one
  public Factors(
      FactorStore store,
      Keyring keyring,
      AuditTrail ledger,
      Supplier<Optional<RelyingParty>> site,
      Clock clock,
      SecureRandom random) {
    this.store = store;
    this.trail = new FactorTrail(ledger, clock, random);
    this.seeds = new TotpSeeds(keyring.envelopes(), random);
    this.recovery = new RecoveryCodes(keyring, random);
    this.passkeys = new Passkeys(store, trail, site, clock, random);
    this.clock = clock;
  }

  /// What a stored seed is sealed as.
  public static RecordIdentity seedIdentity(PersonName person, long version) {
    return new RecordIdentity("totp", person.value(), version);
  }

  @Override
  public Set<Factor> active(PersonName person) {
    Set<Factor> active = EnumSet.noneOf(Factor.class);
    if (store.activeTotp(person).isPresent()) {
      active.add(Factor.TOTP);
    }
    if (!store.passkeys(person).isEmpty()) {
      active.add(Factor.PASSKEY);
    }
    return active;
  }

  @Override
  public FactorStatus status(PersonName person) {
    Instant now = clock.instant();
    Gate totp = store.gate(person, GateName.TOTP);
    Gate passkey = store.gate(person, GateName.PASSKEY);
    Set<Factor> active = active(person);
    Set<Factor> disabled = EnumSet.noneOf(Factor.class);
    if (totp.disabled() && active.contains(Factor.TOTP)) {
      disabled.add(Factor.TOTP);
    }
    if (passkey.disabled() && active.contains(Factor.PASSKEY)) {
      disabled.add(Factor.PASSKEY);
    }
    Instant locked =
        totp.lockedUntil().isAfter(passkey.lockedUntil())
            ? totp.lockedUntil()
            : passkey.lockedUntil();
    return new FactorStatus(
        active,
        proposed(person).isPresent(),
        store.activeTotp(person).map(StoredTotp::totp).orElse(Totp.DEFAULT).digits(),
        store.recoveryCodes(person),
        Optional.of(locked).filter(now::isBefore),
        disabled);
  }

  @Override
  public void totp(PersonName person, String code, byte[] purpose) {
    tryTotp(person, code, Purpose.APPROVAL + " " + HexFormat.of().formatHex(purpose));
  }

  @Override
  public void loginCode(PersonName person, String code) {
    tryCode(person, code, Purpose.LOGIN.toString());
  }

  private void tryCode(PersonName person, String code, String purpose) {
    if (DIGITS.matcher(code).matches()) {
      tryTotp(person, code, purpose);
      return;
    }
    Outcome outcome = store.tryRecoveryCode(person, recovery.hash(person, code), clock.instant());
    trail.tried(person, GateName.RECOVERY, outcome, purpose);
    requireAccepted(outcome);
  }

  private void tryTotp(PersonName person, String code, String purpose) {
    StoredTotp stored = store.activeTotp(person).orElseThrow(Refusals::totpNotEnrolled);
    Instant now = clock.instant();
    TotpSeeds.Match match = seeds.match(stored, code, now);
    Outcome outcome = store.tryStep(person, stored.version(), match.step(), match.drift(), now);
    trail.tried(person, GateName.TOTP, outcome, purpose);
    requireAccepted(outcome);
  }

  private static void requireAccepted(Outcome outcome) {
    if (outcome != Outcome.ACCEPT) {
      throw Refusals.refused();
    }
  }

  @Override
  public PasskeyChallenge challenge(PersonName person, byte[] digest) {
    return passkeys.challenge(person, Purpose.APPROVAL, HexFormat.of().formatHex(digest));
  }

  @Override
  public void passkey(PersonName person, String challenge, String assertion, byte[] digest) {
    passkeys.check(
        person, Purpose.APPROVAL, HexFormat.of().formatHex(digest), challenge, assertion);
  }

  @Override
  public PasskeyChallenge loginChallenge() {
    return passkeys.loginChallenge();
  }

  @Override
  public PersonName login(String challenge, String assertion) {
    return passkeys.login(challenge, assertion);
  }

  /// Returns whether one was shown; none need be by who has no factor.
  private boolean prove(PersonName person, FactorProof proof) {
    if (active(person).isEmpty()) {
      return false;
    }
    switch (proof) {
      case FactorProof.None() -> throw Refusals.proofNeeded();
      case FactorProof.ByCode(String code) -> tryCode(person, code, Purpose.PROOF.toString());
      case FactorProof.ByPasskey(String challenge, String assertion) ->
          passkeys.check(person, Purpose.PROOF, "", challenge, assertion);
    }
    return true;
  }

  @Override
  public TotpSetup enrolTotp(Actor.Person actor, String algorithm, int digits, FactorProof proof) {
    Totp totp = new Totp(OtpAlgorithm.parse(algorithm), digits);
    PersonName person = actor.personName();
    boolean proven = prove(person, proof);
    return trail.perform(
        actor,
        person,
        GateName.TOTP,
        "propose",
        Map.of("algorithm", totp.algorithm().toString(), "digits", Integer.toString(digits)),
        () -> {
          TotpSeeds.Fresh fresh =
              seeds.fresh(person, store.nextTotpVersion(person), totp, proven, clock.instant());
          store.proposeTotp(fresh.stored());
          return fresh.shown();
        });
  }

  private Optional<StoredTotp> proposed(PersonName person) {
    Instant oldest = clock.instant().minus(CONFIRM_WITHIN);
    return store.proposedTotp(person).filter(each -> !each.createdAt().isBefore(oldest));
  }

  @Override
  public List<String> confirmTotp(Actor.Person actor, String code) {
    PersonName person = actor.personName();
    StoredTotp stored =
        proposed(person)
            .orElseThrow(() ->
                RefusedException.of(
                    ErrorCode.NOT_FOUND,
                    "no enrolment waits for its first code",
                    "start one with: keymantle totp enroll"));
    TotpSeeds.Match match = seeds.match(stored, code, clock.instant());
    if (match.step().isEmpty()) {
      trail.tried(person, GateName.TOTP, Outcome.INVALID, "confirmation");
      throw Refusals.refused();
    }
    List<String> codes = recovery.generate();
    return trail.perform(
        actor,
        person,
        GateName.TOTP,
        "confirm",
        Map.of(),
        () -> {
          boolean confirmed =
              store.confirmTotp(
                  person,
                  stored.version(),
                  match.step().getAsLong(),
                  match.drift(),
                  recovery.hashes(person, codes));
          if (!confirmed) {
            throw Refusals.proofNeeded();
          }
          return codes;
        });
  }

  @Override
  public void removeTotp(Actor.Person actor, FactorProof proof) {
    PersonName person = actor.personName();
    if (store.activeTotp(person).isEmpty()) {
      throw Refusals.totpNotEnrolled();
    }
    prove(person, proof);
    change(actor, person, GateName.TOTP, "remove", () -> store.removeTotp(person));
  }

  @Override
  public List<String> newRecoveryCodes(Actor.Person actor, FactorProof proof) {
    PersonName person = actor.personName();
    if (!prove(person, proof)) {
      throw Refusals.totpNotEnrolled();
    }
    List<String> codes = recovery.generate();
    change(
        actor,
        person,
        GateName.RECOVERY,
        "replace",
        () -> store.replaceRecoveryCodes(person, recovery.hashes(person, codes)));
    return codes;
  }

  private void change(
      Actor actor, PersonName person, GateName factor, String verb, Runnable effect) {
    var _ =
        trail.perform(
            actor,
            person,
            factor,
            verb,
            Map.of(),
            () -> {
              effect.run();
              return true;
            });
  }

  @Override
  public List<Passkey> passkeys(PersonName person) {
    return store.passkeys(person).stream().map(Factors::shown).toList();
  }

  private static Passkey shown(StoredPasskey passkey) {
    return new Passkey(
        passkey.id(),
        passkey.label(),
        passkey.backupEligible(),
        passkey.disabled(),
        passkey.createdAt(),
        passkey.usedAt());
  }

  @Override
  public PasskeyChallenge registration(Actor.Person person) {
    return passkeys.registration(person.personName());
  }

  @Override
  public Passkey addPasskey(
      Actor.Person actor, String challenge, String attestation, String label, FactorProof proof) {
    requireLabel(label);
    PersonName person = actor.personName();
    StoredPasskey made = passkeys.registered(person, challenge, attestation, label);
    boolean proven = prove(person, proof);
    Map<String, String> detail =
        Map.of("label", label, "backupEligible", Boolean.toString(made.backupEligible()));
    return trail.perform(
        actor,
        person,
        GateName.PASSKEY,
        "add",
        detail,
        () -> {
          if (!store.addPasskey(made, proven)) {
            throw Refusals.proofNeeded();
          }
          return shown(made);
        });
  }

  private static void requireLabel(String label) {
    if (label.isBlank()
        || label.length() > LABEL_MOST
        || label.chars().anyMatch(Character::isISOControl)) {
      throw RefusedException.of(
          ErrorCode.INVALID_REQUEST,
          "a passkey's label is 1 to " + LABEL_MOST + " characters",
          "call it by what it is on, such as laptop");
    }
  }

  @Override
  public void removePasskey(Actor.Person actor, String id, FactorProof proof) {
    PersonName person = actor.personName();
    if (store.passkeys(person).stream().noneMatch(each -> each.id().equals(id))) {
      throw RefusedException.of(
          ErrorCode.NOT_FOUND, "this person has no such passkey", "look at the list of passkeys");
    }
    prove(person, proof);
    change(actor, person, GateName.PASSKEY, "remove", () -> store.removePasskey(person, id));
  }

  @Override
  public PasskeyChallenge proofChallenge(Actor.Person person) {
    return passkeys.challenge(person.personName(), Purpose.PROOF, "");
  }

  @Override
  public void forget(Actor by, PersonName person) {
    change(by, person, GateName.RECOVERY, "forget all", () -> store.forget(person));
  }
}
