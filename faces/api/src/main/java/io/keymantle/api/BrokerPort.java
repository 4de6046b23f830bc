package io.keymantle.api;

import io.keymantle.control.Control;
import io.keymantle.control.PersonSession;
import io.keymantle.intake.IntakeKey;
import io.keymantle.intake.SealedValue;
import io.keymantle.ledger.Ledger;
import java.nio.file.Path;
import java.util.Optional;

/// The running broker, as the admin API asks it. Thread-safe.
public interface BrokerPort {
  /// How it stands; also while the home is sealed.
  BrokerStatus status();

  /// The services of the open home.
  ///
  /// @throws io.keymantle.domain.RefusedException with `session_required` while it is sealed
  Control control();

  /// The ledger of the open home.
  ///
  /// @throws io.keymantle.domain.RefusedException with `session_required` while it is sealed
  Ledger ledger();

  /// The key that values are sealed to.
  ///
  /// @throws io.keymantle.domain.RefusedException with `session_required` while the home is sealed
  IntakeKey intakeKey();

  /// Opens a sealed home, and a person's session.
  ///
  /// @param passphrase the caller zeroes it
  /// @throws io.keymantle.domain.RefusedException with `wrong_key` or `rate_limited`
  PersonSession login(char[] passphrase);

  /// Writes an encrypted backup of the running home.
  ///
  /// @param passphrase sealed for `passphrase:backup`; empty: the home's own keys protect it
  /// @throws io.keymantle.domain.RefusedException when the file cannot be written
  void backup(Path target, Optional<SealedValue> passphrase);

  /// Asks the broker to end; returns before it has.
  void shutdown();
}
