package io.keymantle.store.sqlite;

import io.keymantle.control.GrantSelector;
import io.keymantle.control.SettingStore;
import io.keymantle.factors.FactorStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// The home's epoch in table `home`, other settings in `setting`.
final class SqliteSettings implements SettingStore {
  private final Database database;

  SqliteSettings(Database database) {
    this.database = database;
  }

  @Override
  public long epoch() {
    return database.read(SqliteSettings::epoch);
  }

  private static long epoch(Connection connection) throws SQLException {
    return Sql.query(connection, row -> row.getLong(1), "SELECT epoch FROM home").getFirst();
  }

  @Override
  public long bumpEpoch(Instant at) {
    return database.write(connection -> {
      SqliteGrants.revoke(connection, new GrantSelector.All(), at);
      Sql.update(connection, "DELETE FROM run");
      SqliteFactors.spendSteps(connection, FactorStore.latestStep(at));
      Sql.update(connection, "DELETE FROM session");
      Sql.update(connection, "UPDATE person SET invitation = NULL, invitation_expires_at = NULL");
      Sql.update(connection, "UPDATE home SET epoch = epoch + 1");
      return epoch(connection);
    });
  }

  @Override
  public Optional<String> setting(String name) {
    return database
        .read(connection ->
            Sql.query(
                connection,
                row -> row.getString(1),
                "SELECT value FROM setting WHERE name = ?",
                name))
        .stream()
        .findFirst();
  }

  @Override
  public void putSetting(String name, String value) {
    database.write(connection ->
        Sql.update(
            connection, "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", name, value));
  }
}
