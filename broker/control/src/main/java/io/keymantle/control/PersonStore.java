package io.keymantle.control;

import io.keymantle.domain.PersonName;
import java.time.Instant;
import java.util.List;

/// Keeps people's accounts, and who tried to log in wrongly. Every method is one atomic and durable
/// statement; thread-safe; failures are `store_unavailable`.
public interface PersonStore {
  /// All accounts, disabled ones too, by name.
  List<StoredPerson> all();

  /// Adds an account. A disabled one of the same name is replaced.
  ///
  /// @throws io.keymantle.domain.RefusedException with `already_exists` when one of this name is
  ///   not disabled
  void add(StoredPerson person);

  /// Puts an account in the place of the one of this name, and ends its person's sessions.
  ///
  /// @throws io.keymantle.domain.RefusedException with `not_found`
  void replace(StoredPerson person);

  /// Spends an invitation: the account gets its first or a new password, and nobody can spend the
  /// invitation again.
  ///
  /// @return false when the account has no such invitation, or no longer
  boolean spend(PersonName name, TokenHash invitation, String password, Instant now);

  /// Remembers when a person logged in.
  void loggedIn(PersonName name, Instant at);

  /// Who tried to log in wrongly.
  List<Attempts> attempts();

  /// Remembers wrong logins in the place of those of the same subject.
  void put(Attempts attempts);

  /// Forgets the wrong logins of a subject; nothing happens when there are none.
  void forgetAttempts(String subject);
}
