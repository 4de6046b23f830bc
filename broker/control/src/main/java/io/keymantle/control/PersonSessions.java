package io.keymantle.control;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.LedgerEvent.Kind;
import io.keymantle.domain.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Sessions of the people who administer a home. Kept in memory only: they end with the broker.
/// Thread-safe.
///
/// Guarantees: a session lives 15 minutes and is not prolonged; tokens are kept as hashes; after 5
/// wrong passphrases in a row none is tried for 30 seconds.
public final class PersonSessions {
  /// How long a session lives.
  public static final Duration LIFETIME = Duration.ofMinutes(15);

  private static final int WRONG_LIMIT = 5;
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final PassphraseCheck passphrases;
  private final Operations operations;
  private final Map<TokenHash, Instant> sessions = new ConcurrentHashMap<>();
  private int wrongInARow;
  private Instant pausedUntil = Instant.MIN;

  PersonSessions(PassphraseCheck passphrases, Operations operations) {
    this.passphrases = passphrases;
    this.operations = operations;
  }

  /// Whether a session is needed at all.
  public boolean required() {
    return passphrases.required();
  }

  /// Opens a session.
  ///
  /// @param passphrase the caller zeroes it
  /// @throws RefusedException with `wrong_key` or `rate_limited`
  public synchronized PersonSession open(char[] passphrase) {
    Instant now = operations.clock().instant();
    if (now.isBefore(pausedUntil)) {
      throw RefusedException.of(
          ErrorCode.RATE_LIMITED,
          "there were " + WRONG_LIMIT + " wrong passphrases in a row",
          "try again in " + PAUSE.toSeconds() + " seconds");
    }
    String operation = operations.ids().operation();
    Entry entry = Entry.of(Kind.SESSION, Actor.Person.OWNER).with("verb", "open");
    if (passphrases.required() && !passphrases.matches(passphrase)) {
      wrongInARow++;
      if (wrongInARow >= WRONG_LIMIT) {
        wrongInARow = 0;
        pausedUntil = now.plus(PAUSE);
      }
      operations.factDurably(operation, entry, "refused", ErrorCode.WRONG_KEY.text());
      throw RefusedException.of(
          ErrorCode.WRONG_KEY,
          "the passphrase is not the one of this home",
          "try again with: keymantle login");
    }
    wrongInARow = 0;
    operations.factDurably(operation, entry, "ok", "");
    String token = operations.ids().sessionToken();
    Instant expiresAt = now.plus(LIFETIME);
    sessions.values().removeIf(end -> !now.isBefore(end));
    sessions.put(TokenHash.of(token), expiresAt);
    return new PersonSession(token, expiresAt);
  }

  /// The person whose session this is. A home without a passphrase accepts its owner with any
  /// token, also an empty one.
  ///
  /// @throws RefusedException with `session_required`
  public Actor.Person require(String token) {
    if (!passphrases.required()) {
      return Actor.Person.OWNER;
    }
    Instant end = sessions.get(TokenHash.of(token));
    if (end == null || !operations.clock().instant().isBefore(end)) {
      throw RefusedException.of(
          ErrorCode.SESSION_REQUIRED,
          "this needs a person's session, which lasts " + LIFETIME.toMinutes() + " minutes",
          "log in with: keymantle login");
    }
    return Actor.Person.OWNER;
  }

  /// Ends a session; nothing happens when there is none.
  public void close(String token) {
    if (sessions.remove(TokenHash.of(token)) != null) {
      operations.fact(
          operations.ids().operation(),
          Entry.of(Kind.SESSION, Actor.Person.OWNER).with("verb", "close"),
          "ok",
          "");
    }
  }
}
