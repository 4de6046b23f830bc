package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Factor;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import java.util.Set;

/// Where nobody can enrol a factor: nobody has one, and every proof is refused.
public final class NoFactors implements FactorCheck {
  @Override
  public Set<Factor> active(PersonName person) {
    return Set.of();
  }

  @Override
  public void totp(PersonName person, String code, byte[] purpose) {
    throw none();
  }

  @Override
  public void loginCode(PersonName person, String code) {
    throw none();
  }

  @Override
  public PasskeyChallenge challenge(PersonName person, byte[] digest) {
    throw none();
  }

  @Override
  public void passkey(PersonName person, String challenge, String assertion, byte[] digest) {
    throw none();
  }

  @Override
  public PasskeyChallenge loginChallenge() {
    throw none();
  }

  @Override
  public PersonName login(String challenge, String assertion) {
    throw none();
  }

  private static RefusedException none() {
    return RefusedException.of(
        ErrorCode.FACTOR_NOT_ENROLLED, "nobody has enrolled a factor here", "log in without one");
  }
}
