package io.keymantle.testkit;

import io.keymantle.control.FactorCheck;
import io.keymantle.control.PasskeyChallenge;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Factor;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/// Codes and passkeys that a test hands out. A fake: `factors` has the real ones and their tests.
public final class FakeFactors implements FactorCheck {
  private final Set<String> codes = new HashSet<>();
  private final Map<String, String> challenges = new HashMap<>();

  /// Lets a person have a code, good once.
  public synchronized String code(PersonName person, String code) {
    codes.add(person + " " + code);
    return code;
  }

  /// What the person's passkey answers to a challenge.
  public static String sign(PersonName person, byte[] digest) {
    return "signed by " + person + " " + HexFormat.of().formatHex(digest);
  }

  @Override
  public Set<Factor> active(PersonName person) {
    return Set.of(Factor.TOTP, Factor.PASSKEY);
  }

  @Override
  public synchronized void totp(PersonName person, String code, byte[] purpose) {
    if (!codes.remove(person + " " + code)) {
      throw refused();
    }
  }

  @Override
  public void loginCode(PersonName person, String code) {
    totp(person, code, new byte[32]);
  }

  @Override
  public synchronized PasskeyChallenge challenge(PersonName person, byte[] digest) {
    String id = "challenge-" + challenges.size();
    challenges.put(id, sign(person, digest));
    return new PasskeyChallenge(id, "{}");
  }

  @Override
  public synchronized void passkey(
      PersonName person, String challenge, String assertion, byte[] digest) {
    String wanted = challenges.put(challenge, "");
    if (!sign(person, digest).equals(wanted) || !assertion.equals(wanted)) {
      throw refused();
    }
  }

  @Override
  public PasskeyChallenge loginChallenge() {
    throw refused();
  }

  @Override
  public PersonName login(String challenge, String assertion) {
    throw refused();
  }

  private static RefusedException refused() {
    return RefusedException.of(ErrorCode.FACTOR_REFUSED, "not accepted", "try again");
  }
}
