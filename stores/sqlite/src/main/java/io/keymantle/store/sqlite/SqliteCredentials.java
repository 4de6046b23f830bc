package io.keymantle.store.sqlite;

import io.keymantle.control.CredentialCodec;
import io.keymantle.control.CredentialSpec;
import io.keymantle.control.CredentialStore;
import io.keymantle.control.EncryptedValue;
import io.keymantle.control.GrantSelector;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.redeem.ValueStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Credentials in table `credential`, their values in `value`.
final class SqliteCredentials implements CredentialStore, ValueStore {
  private final Database database;

  SqliteCredentials(Database database) {
    this.database = database;
  }

  @Override
  public List<Credential> all() {
    return database.read(connection ->
        Sql.query(connection, Rows::credential, "SELECT * FROM credential ORDER BY name"));
  }

  @Override
  public void add(List<Credential> credentials, Map<CredentialName, EncryptedValue> values) {
    database.write(connection -> {
      for (Credential credential : credentials) {
        insert(connection, credential);
        EncryptedValue value = values.get(credential.name());
        if (value != null) {
          insert(connection, credential, value);
        }
      }
      return credentials.size();
    });
  }

  private static void insert(Connection connection, Credential credential) throws SQLException {
    int added =
        Sql.update(
            connection,
            "INSERT INTO credential (name, spec, value_version, changed_at) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT DO NOTHING",
            credential.name().value(),
            CredentialCodec.text(CredentialSpec.of(credential)),
            credential.valueVersion(),
            Rows.nanos(credential.changedAt()));
    if (added == 0) {
      throw RefusedException.about(
          credential.name(),
          ErrorCode.ALREADY_EXISTS,
          "there is a credential of this name",
          "keymantle credential set " + credential.name());
    }
  }

  private static void insert(Connection connection, Credential credential, EncryptedValue value)
      throws SQLException {
    Sql.update(
        connection,
        "INSERT OR REPLACE INTO value (credential, version, envelope) VALUES (?, ?, ?)",
        credential.name().value(),
        credential.valueVersion(),
        value.envelope());
  }

  @Override
  public void replace(Credential credential) {
    database.write(connection -> {
      update(connection, credential);
      return credential;
    });
  }

  @Override
  public void rotate(Credential credential, EncryptedValue value, long oldestKept) {
    database.write(connection -> {
      update(connection, credential);
      insert(connection, credential, value);
      return forget(connection, credential.name(), oldestKept);
    });
  }

  private static void update(Connection connection, Credential credential) throws SQLException {
    int changed =
        Sql.update(
            connection,
            "UPDATE credential SET spec = ?, value_version = ?, changed_at = ? WHERE name = ?",
            CredentialCodec.text(CredentialSpec.of(credential)),
            credential.valueVersion(),
            Rows.nanos(credential.changedAt()),
            credential.name().value());
    requireFound(credential.name(), changed);
  }

  @Override
  public void forgetValues(CredentialName name, long oldestKept) {
    database.write(connection -> forget(connection, name, oldestKept));
  }

  private static int forget(Connection connection, CredentialName name, long oldestKept)
      throws SQLException {
    return Sql.update(
        connection,
        "DELETE FROM value WHERE credential = ? AND version < ?",
        name.value(),
        oldestKept);
  }

  @Override
  public void remove(CredentialName name, Instant at) {
    database.write(connection -> {
      int removed = Sql.update(connection, "DELETE FROM credential WHERE name = ?", name.value());
      requireFound(name, removed);
      return SqliteGrants.revoke(connection, new GrantSelector.ByCredential(name), at);
    });
  }

  @Override
  public SortedMap<Long, EncryptedValue> values(CredentialName name) {
    return database.read(connection -> {
      SortedMap<Long, EncryptedValue> values = new TreeMap<>();
      Sql.query(
          connection,
          row -> values.put(row.getLong(1), new EncryptedValue(row.getBytes(2))),
          "SELECT version, envelope FROM value WHERE credential = ?",
          name.value());
      return values;
    });
  }

  private static void requireFound(CredentialName name, int rows) {
    if (rows == 0) {
      throw RefusedException.of(
          ErrorCode.NOT_FOUND,
          "there is no credential " + name,
          "see them with keymantle credential list");
    }
  }
}
