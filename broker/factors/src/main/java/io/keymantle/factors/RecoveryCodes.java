package io.keymantle.factors;

import io.keymantle.control.TokenHash;
import io.keymantle.domain.PersonName;
import io.keymantle.keys.Keyring;
import io.keymantle.otp.Base32;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Codes for the day an authenticator is lost: ten, of 80 random bits each, in groups of four
/// (`ABCD-EFGH-IJKL-MNOP`). Stored as HMAC-SHA256 under the home's key of keyed hashes with the
/// person's name.
///
/// A slow hash guards secrets that people choose. Of these each of 2^80 is as likely: trying them
/// all takes a machine of 10^12 hashes a second 38,000 years, and it needs the keyring first. So
/// one fast, keyed hash does, and the check takes as long as that of a TOTP code.
final class RecoveryCodes {
  private static final int COUNT = 10;
  private static final int BYTES = 10;
  private static final int LETTERS = 16;
  private static final int GROUP = 4;

  private final Keyring keyring;
  private final SecureRandom random;

  RecoveryCodes(Keyring keyring, SecureRandom random) {
    this.keyring = keyring;
    this.random = random;
  }

  List<String> generate() {
    List<String> codes = new ArrayList<>();
    byte[] bytes = new byte[BYTES];
    for (int i = 0; i < COUNT; i++) {
      random.nextBytes(bytes);
      codes.add(grouped(Base32.encode(bytes)));
    }
    return codes;
  }

  private static String grouped(String letters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < letters.length(); i += GROUP) {
      text.append(text.isEmpty() ? "" : "-").append(letters, i, i + GROUP);
    }
    return text.toString();
  }

  Set<TokenHash> hashes(PersonName person, List<String> codes) {
    Set<TokenHash> hashes = new LinkedHashSet<>();
    codes.forEach(code -> hashes.add(hash(person, code)));
    return hashes;
  }

  /// Groups and case do not count. What cannot be a code hashes to one that nobody has.
  TokenHash hash(PersonName person, String code) {
    String letters = code.replaceAll("[ -]", "").toUpperCase(Locale.ROOT);
    String bounded = letters.length() == LETTERS ? letters : "";
    return TokenHash.ofBytes(
        keyring.keyedHash(
            "recovery code", (person + "\0" + bounded).getBytes(StandardCharsets.UTF_8)));
  }
}
