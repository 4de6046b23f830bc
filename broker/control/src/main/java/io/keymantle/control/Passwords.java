package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;

/// What a password must be.
final class Passwords {
  private static final int SHORTEST = 12;

  /// Longer ones cost memory and time to look at, for whoever sends them.
  private static final int LONGEST = 256;

  private Passwords() {}

  /// @throws RefusedException with `weak_secret`
  static void require(char[] password) {
    int characters = Character.codePointCount(password, 0, password.length);
    if (characters < SHORTEST) {
      throw RefusedException.of(
          ErrorCode.WEAK_SECRET,
          "a password has at least " + SHORTEST + " characters",
          "choose a longer one, such as five random words");
    }
    if (characters > LONGEST) {
      throw RefusedException.of(
          ErrorCode.WEAK_SECRET,
          "a password has at most " + LONGEST + " characters",
          "choose a shorter one");
    }
  }

  /// Whether it can be one at all: what is longer is wrong without being looked at.
  static boolean isTooLong(char[] password) {
    return password.length > 2 * LONGEST;
  }
}
