package io.keymantle.store.sqlite;

import io.keymantle.control.TokenHash;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.factors.FactorStore;
import io.keymantle.factors.Gate;
import io.keymantle.factors.GateName;
import io.keymantle.factors.Outcome;
import io.keymantle.factors.StoredPasskey;
import io.keymantle.factors.StoredTotp;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Factors in tables `totp`, `passkey`, `recovery_code`, `factor_gate` and `factor_person`. There
/// is one writer at a time, so a transaction that reads a step and then sets it is the
/// compare-and-set.
final class SqliteFactors implements FactorStore {
  private static final String TOTP = "SELECT * FROM totp WHERE person = ? AND active = ?";

  private final Database database;

  SqliteFactors(Database database) {
    this.database = database;
  }

  @Override
  public Optional<StoredTotp> activeTotp(PersonName person) {
    return database.read(connection -> totp(connection, person, true));
  }

  @Override
  public Optional<StoredTotp> proposedTotp(PersonName person) {
    return database.read(connection -> totp(connection, person, false));
  }

  private static Optional<StoredTotp> totp(Connection connection, PersonName person, boolean active)
      throws SQLException {
    return Sql.query(connection, FactorRows::totp, TOTP, person.value(), active).stream()
        .findFirst();
  }

  @Override
  public Gate gate(PersonName person, GateName name) {
    return database.read(connection -> FactorGates.read(connection, person, name));
  }

  private static void addPerson(Connection connection, PersonName person) throws SQLException {
    Sql.update(
        connection,
        "INSERT INTO factor_person (person, totp_versions) VALUES (?, 0) ON CONFLICT DO NOTHING",
        person.value());
  }

  @Override
  public long nextTotpVersion(PersonName person) {
    return database.write(connection -> {
      addPerson(connection, person);
      return Sql.query(
              connection,
              row -> row.getLong(1),
              "UPDATE factor_person SET totp_versions = totp_versions + 1 WHERE person = ?"
                  + " RETURNING totp_versions",
              person.value())
          .getFirst();
    });
  }

  @Override
  public void proposeTotp(StoredTotp proposed) {
    database.write(connection ->
        Sql.update(
            connection,
            "INSERT OR REPLACE INTO totp (person, active, version, algorithm, digits, envelope,"
                + " proven, created_at, last_step, drift) VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?, ?)",
            proposed.person().value(),
            proposed.version(),
            proposed.totp().algorithm().toString(),
            proposed.totp().digits(),
            proposed.seed().envelope(),
            proposed.proven(),
            Rows.nanos(proposed.createdAt()),
            proposed.lastStep(),
            proposed.drift()));
  }

  @Override
  public boolean confirmTotp(
      PersonName person, long version, long step, int drift, Set<TokenHash> recoveryCodes) {
    return database.write(connection -> {
      Optional<StoredTotp> proposed =
          totp(connection, person, false).filter(each -> each.version() == version);
      if (proposed.isEmpty() || (!proposed.get().proven() && hasFactor(connection, person))) {
        return false;
      }
      Sql.update(connection, "DELETE FROM totp WHERE person = ? AND active = 1", person.value());
      Sql.update(
          connection,
          "UPDATE totp SET active = 1, last_step = ?, drift = ? WHERE person = ?",
          step,
          drift,
          person.value());
      FactorGates.write(connection, person, GateName.TOTP, Gate.NEW);
      replaceRecoveryCodes(connection, person, recoveryCodes);
      return true;
    });
  }

  private static boolean hasFactor(Connection connection, PersonName person) throws SQLException {
    return !Sql.query(
            connection,
            row -> row.getInt(1),
            "SELECT 1 FROM totp WHERE person = ? AND active = 1"
                + " UNION ALL SELECT 1 FROM passkey WHERE person = ? LIMIT 1",
            person.value(),
            person.value())
        .isEmpty();
  }

  @Override
  public Outcome tryStep(
      PersonName person, long version, OptionalLong step, int drift, Instant now) {
    return FactorGates.attempt(
        database,
        person,
        GateName.TOTP,
        now,
        connection -> {
          if (step.isEmpty()) {
            return Outcome.INVALID;
          }
          int used =
              Sql.update(
                  connection,
                  "UPDATE totp SET last_step = ?, drift = ?"
                      + " WHERE person = ? AND active = 1 AND version = ? AND last_step < ?",
                  step.getAsLong(),
                  drift,
                  person.value(),
                  version,
                  step.getAsLong());
          return used == 1 ? Outcome.ACCEPT : Outcome.REPLAY;
        });
  }

  /// No code that could be valid at a moment counts any more, as after a restore, which may have
  /// forgotten that it was used.
  static void spendSteps(Connection connection, long lastStep) throws SQLException {
    Sql.update(connection, "UPDATE totp SET last_step = max(last_step, ?)", lastStep);
  }

  @Override
  public void removeTotp(PersonName person) {
    database.write(connection -> {
      Sql.update(connection, "DELETE FROM totp WHERE person = ?", person.value());
      return forgetUnneededCodes(connection, person);
    });
  }

  private static boolean forgetUnneededCodes(Connection connection, PersonName person)
      throws SQLException {
    if (hasFactor(connection, person)) {
      return false;
    }
    replaceRecoveryCodes(connection, person, Set.of());
    return true;
  }

  @Override
  public Outcome tryRecoveryCode(PersonName person, TokenHash code, Instant now) {
    return FactorGates.attempt(
        database,
        person,
        GateName.RECOVERY,
        now,
        connection -> {
          int used =
              Sql.update(
                  connection,
                  "DELETE FROM recovery_code WHERE person = ? AND hash = ?",
                  person.value(),
                  code.bytes());
          return used == 1 ? Outcome.ACCEPT : Outcome.INVALID;
        });
  }

  @Override
  public void replaceRecoveryCodes(PersonName person, Set<TokenHash> codes) {
    database.write(connection -> {
      replaceRecoveryCodes(connection, person, codes);
      return codes;
    });
  }

  private static void replaceRecoveryCodes(
      Connection connection, PersonName person, Set<TokenHash> codes) throws SQLException {
    Sql.update(connection, "DELETE FROM recovery_code WHERE person = ?", person.value());
    for (TokenHash code : codes) {
      Sql.update(
          connection,
          "INSERT INTO recovery_code (person, hash) VALUES (?, ?)",
          person.value(),
          code.bytes());
    }
  }

  @Override
  public int recoveryCodes(PersonName person) {
    return database.read(connection ->
        Sql.query(
                connection,
                row -> row.getInt(1),
                "SELECT count(*) FROM recovery_code WHERE person = ?",
                person.value())
            .getFirst());
  }

  @Override
  public Optional<String> userHandle(PersonName person) {
    return database
        .read(connection ->
            Sql.query(
                connection,
                row -> Optional.ofNullable(row.getString(1)),
                "SELECT user_handle FROM factor_person WHERE person = ?",
                person.value()))
        .stream()
        .findFirst()
        .flatMap(handle -> handle);
  }

  @Override
  public String assignUserHandle(PersonName person, String fresh) {
    return database.write(connection -> {
      addPerson(connection, person);
      return Sql.query(
              connection,
              row -> row.getString(1),
              "UPDATE factor_person SET user_handle = coalesce(user_handle, ?) WHERE person = ?"
                  + " RETURNING user_handle",
              fresh,
              person.value())
          .getFirst();
    });
  }

  @Override
  public List<StoredPasskey> passkeys(PersonName person) {
    return database.read(connection ->
        Sql.query(
            connection,
            FactorRows::passkey,
            "SELECT * FROM passkey WHERE person = ? ORDER BY created_at, id",
            person.value()));
  }

  @Override
  public Optional<StoredPasskey> passkey(String id) {
    return database.read(connection -> passkey(connection, id));
  }

  private static Optional<StoredPasskey> passkey(Connection connection, String id)
      throws SQLException {
    return Sql.query(connection, FactorRows::passkey, "SELECT * FROM passkey WHERE id = ?", id)
        .stream()
        .findFirst();
  }

  @Override
  public boolean addPasskey(StoredPasskey passkey, boolean proven) {
    return database.write(connection -> {
      if (!proven && hasFactor(connection, passkey.person())) {
        return false;
      }
      int added =
          Sql.update(
              connection,
              "INSERT INTO passkey (id, person, label, attested, counter, backup_eligible,"
                  + " disabled, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
              passkey.id(),
              passkey.person().value(),
              passkey.label(),
              passkey.attested(),
              passkey.counter(),
              passkey.backupEligible(),
              passkey.disabled(),
              Rows.nanos(passkey.createdAt()));
      if (added == 0) {
        throw RefusedException.of(
            ErrorCode.ALREADY_EXISTS,
            "this passkey is enrolled already",
            "use it, or make another one");
      }
      return true;
    });
  }

  @Override
  public Outcome tryPasskey(PersonName person, String id, OptionalLong counter, Instant now) {
    return FactorGates.attempt(
        database,
        person,
        GateName.PASSKEY,
        now,
        connection -> {
          Optional<StoredPasskey> stored =
              passkey(connection, id)
                  .filter(each -> each.person().equals(person) && !each.disabled());
          if (stored.isEmpty() || counter.isEmpty()) {
            return Outcome.INVALID;
          }
          if (!stored.get().mayFollow(counter.getAsLong())) {
            Sql.update(connection, "UPDATE passkey SET disabled = 1 WHERE id = ?", id);
            return Outcome.CLONED;
          }
          Sql.update(
              connection,
              "UPDATE passkey SET counter = ?, used_at = ? WHERE id = ?",
              counter.getAsLong(),
              Rows.nanos(now),
              id);
          return Outcome.ACCEPT;
        });
  }

  @Override
  public boolean removePasskey(PersonName person, String id) {
    return database.write(connection -> {
      int removed =
          Sql.update(
              connection, "DELETE FROM passkey WHERE person = ? AND id = ?", person.value(), id);
      forgetUnneededCodes(connection, person);
      return removed == 1;
    });
  }

  @Override
  public void forget(PersonName person) {
    database.write(connection -> {
      for (String table : List.of("totp", "passkey", "recovery_code", "factor_gate")) {
        Sql.update(connection, "DELETE FROM " + table + " WHERE person = ?", person.value());
      }
      return Sql.update(
          connection,
          "UPDATE factor_person SET user_handle = NULL WHERE person = ?",
          person.value());
    });
  }
}
