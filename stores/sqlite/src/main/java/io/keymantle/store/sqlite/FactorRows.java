package io.keymantle.store.sqlite;

import io.keymantle.control.EncryptedValue;
import io.keymantle.domain.PersonName;
import io.keymantle.factors.Gate;
import io.keymantle.factors.StoredPasskey;
import io.keymantle.factors.StoredTotp;
import io.keymantle.otp.OtpAlgorithm;
import io.keymantle.otp.Totp;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// Factors as columns, read back.
final class FactorRows {
  private FactorRows() {}

  static StoredTotp totp(ResultSet row) throws SQLException {
    return new StoredTotp(
        new PersonName(row.getString("person")),
        row.getLong("version"),
        new Totp(OtpAlgorithm.parse(row.getString("algorithm")), row.getInt("digits")),
        new EncryptedValue(row.getBytes("envelope")),
        row.getBoolean("active"),
        row.getBoolean("proven"),
        Rows.instant(row.getLong("created_at")),
        row.getLong("last_step"),
        row.getInt("drift"));
  }

  static StoredPasskey passkey(ResultSet row) throws SQLException {
    long usedAt = row.getLong("used_at");
    Optional<Instant> used = row.wasNull() ? Optional.empty() : Optional.of(Rows.instant(usedAt));
    return new StoredPasskey(
        row.getString("id"),
        new PersonName(row.getString("person")),
        row.getString("label"),
        row.getString("attested"),
        row.getLong("counter"),
        row.getBoolean("backup_eligible"),
        row.getBoolean("disabled"),
        Rows.instant(row.getLong("created_at")),
        used);
  }

  static Gate gate(ResultSet row) throws SQLException {
    return new Gate(
        row.getLong("tries"), row.getInt("failures"), Rows.instant(row.getLong("locked_until")));
  }
}
