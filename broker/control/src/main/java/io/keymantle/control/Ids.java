package io.keymantle.control;

import io.keymantle.domain.ApprovalId;
import io.keymantle.domain.BrokerToken;
import io.keymantle.domain.GrantId;
import java.util.random.RandomGenerator;

/// Makes identities and bearer tokens from a source of randomness, which must be a cryptographic
/// one outside tests. Thread-safe when the source is.
final class Ids {
  private static final String BASE36 = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int ID_LENGTH = 16;
  private static final int TOKEN_LENGTH = 40;

  private final RandomGenerator random;

  Ids(RandomGenerator random) {
    this.random = random;
  }

  RandomGenerator random() {
    return random;
  }

  String operation() {
    return text(BASE36, ID_LENGTH);
  }

  GrantId grant() {
    return new GrantId("g_" + text(BASE36, ID_LENGTH));
  }

  ApprovalId approval() {
    return new ApprovalId("apr_" + text(BASE36, ID_LENGTH));
  }

  String run() {
    return "r_" + text(BASE36, ID_LENGTH);
  }

  BrokerToken brokerToken() {
    return new BrokerToken(BrokerToken.PREFIX + text(BASE62, TOKEN_LENGTH));
  }

  String agentToken() {
    return "kma_" + text(BASE62, TOKEN_LENGTH);
  }

  /// Of 256 random bits.
  String serviceToken() {
    return "kmw_" + text(BASE62, 43);
  }

  String sessionToken() {
    return "kms_" + text(BASE62, TOKEN_LENGTH);
  }

  String invitationToken() {
    return "kmi_" + text(BASE62, TOKEN_LENGTH);
  }

  private String text(String alphabet, int length) {
    char[] chars = new char[length];
    for (int i = 0; i < length; i++) {
      chars[i] = alphabet.charAt(random.nextInt(alphabet.length()));
    }
    return new String(chars);
  }
}
