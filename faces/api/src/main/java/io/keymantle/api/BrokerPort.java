package io.keymantle.api;

import io.keymantle.control.Control;
import io.keymantle.intake.IntakeKey;
import io.keymantle.intake.SealedValue;
import io.keymantle.ledger.Ledger;
import java.nio.file.Path;
import java.util.List;
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

  /// Opens a sealed home.
  ///
  /// @param passphrase the caller zeroes it
  /// @return false when it was open already, and nothing was looked at
  /// @throws io.keymantle.domain.RefusedException with `wrong_key`
  boolean unseal(char[] passphrase);

  /// What a person who logs in should mend, one sentence each with its fix.
  List<String> warnings();

  /// Writes an encrypted backup of the running home.
  ///
  /// @param passphrase sealed for `passphrase:backup`; empty: the home's own keys protect it
  /// @throws io.keymantle.domain.RefusedException when the file cannot be written
  void backup(Path target, Optional<SealedValue> passphrase);

  /// Asks the broker to end; returns before it has.
  void shutdown();
}
