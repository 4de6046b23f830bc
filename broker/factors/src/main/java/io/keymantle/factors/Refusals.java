package io.keymantle.factors;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;

/// The refusals of this room. There is one text for every proof that is not accepted.
final class Refusals {
  private Refusals() {}

  static RefusedException refused() {
    return RefusedException.of(
        ErrorCode.FACTOR_REFUSED,
        "the proof was not accepted: wrong, used before, too old, or locked after wrong tries",
        "wait for a new code or start anew; who is locked out waits, or uses a recovery code to log"
            + " in");
  }

  static RefusedException notEnrolled(String what, String fix) {
    return RefusedException.of(
        ErrorCode.FACTOR_NOT_ENROLLED, "this person has not enrolled " + what, fix);
  }

  static RefusedException totpNotEnrolled() {
    return notEnrolled("a TOTP code", "enrol with: keymantle totp enroll");
  }

  static RefusedException passkeyNotEnrolled() {
    return notEnrolled("a passkey", "add one in the web console, under the person's name");
  }

  static RefusedException proofNeeded() {
    return RefusedException.of(
        ErrorCode.FACTOR_REQUIRED,
        "a person who has a factor proves one before any is changed",
        "give a current code, a recovery code or a passkey");
  }
}
