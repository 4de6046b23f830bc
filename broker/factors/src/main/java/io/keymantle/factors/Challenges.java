package io.keymantle.factors;

import io.keymantle.domain.PersonName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Challenges that wait for a passkey's answer, in memory: a restart ends them. Thread-safe.
///
/// Guarantees: each is answered at most once, within two minutes, by the person and for the purpose
/// and digest that it was made for; a clock that was set back ends it too.
final class Challenges {
  /// How long one waits.
  static final Duration LIFETIME = Duration.ofMinutes(2);

  /// How many wait at most for one person, or for logins; then the oldest ends. Nobody who has not
  /// logged in can so end the challenges of those who have.
  private static final int WAITING_MOST = 64;

  private static final int NONCE_LENGTH = 32;

  /// What a challenge is for; its label is part of what is signed.
  enum Purpose {
    LOGIN("login-v1"),
    REGISTRATION("registration-v1"),
    PROOF("proof-v1"),
    APPROVAL("approval-v1");

    private final String label;

    Purpose(String label) {
      this.label = label;
    }

    @Override
    public String toString() {
      return label;
    }
  }

  /// What a challenge is bound to.
  ///
  /// @param person empty for a login
  /// @param digest what is signed for, in hexadecimal; empty where the purpose says it all
  record Binding(Purpose purpose, Optional<PersonName> person, String digest) {}

  /// One that waits, or was just answered.
  ///
  /// @param challenge what the authenticator signs: SHA-256 of purpose, digest and a nonce that
  ///   stays here, in base64url
  record Issued(String id, Binding binding, String challenge, Instant at) {
    private boolean liveAt(Instant now) {
      return !now.isBefore(at) && now.isBefore(at.plus(LIFETIME));
    }
  }

  private final Clock clock;
  private final SecureRandom random;
  private final Map<String, Issued> waiting = new LinkedHashMap<>();

  Challenges(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  synchronized Issued issue(Binding binding) {
    Instant now = clock.instant();
    waiting.values().removeIf(each -> !each.liveAt(now));
    dropOldestOf(binding.person());
    Issued issued =
        new Issued(
            PasskeyOptions.base64(bytes()),
            binding,
            PasskeyOptions.base64(challenge(binding, bytes())),
            now);
    waiting.put(issued.id(), issued);
    return issued;
  }

  private void dropOldestOf(Optional<PersonName> person) {
    int count = 0;
    for (Issued each : waiting.values()) {
      count += each.binding().person().equals(person) ? 1 : 0;
    }
    Iterator<Issued> oldestFirst = waiting.values().iterator();
    while (count >= WAITING_MOST && oldestFirst.hasNext()) {
      if (oldestFirst.next().binding().person().equals(person)) {
        oldestFirst.remove();
        count--;
      }
    }
  }

  /// Takes a challenge out: whatever becomes of the answer, there is no second one.
  synchronized Optional<Issued> take(String id, Binding expected) {
    return Optional.ofNullable(waiting.remove(id))
        .filter(issued -> issued.liveAt(clock.instant()) && issued.binding().equals(expected));
  }

  private static byte[] challenge(Binding binding, byte[] nonce) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(binding.purpose().toString().getBytes(StandardCharsets.US_ASCII));
      sha256.update(HexFormat.of().parseHex(binding.digest()));
      return sha256.digest(nonce);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private byte[] bytes() {
    byte[] bytes = new byte[NONCE_LENGTH];
    random.nextBytes(bytes);
    return bytes;
  }
}
