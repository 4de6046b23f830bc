package io.keymantle.store.sqlite;

import io.keymantle.control.GrantSelector;
import io.keymantle.control.GrantStore;
import io.keymantle.control.StoredGrant;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.Grant;
import io.keymantle.domain.GrantId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;

/// Grants in table `issued`, numbered in the order of issue.
final class SqliteGrants implements GrantStore {
  private static final String LIVE = " revoked_at IS NULL AND expires_at > ? ";

  private final Database database;

  SqliteGrants(Database database) {
    this.database = database;
  }

  @Override
  public List<StoredGrant> all() {
    return database.read(
        connection -> Sql.query(connection, Rows::grant, "SELECT * FROM issued ORDER BY number"));
  }

  @Override
  public void issue(StoredGrant stored) {
    Grant grant = stored.grant();
    database.write(connection -> {
      try (var statement =
          connection.prepareStatement(
              "INSERT INTO issued (id, credential, agent, trust, reason, issued_at, expires_at,"
                  + " uses, used, epoch, run, revoked_at, token)"
                  + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
        statement.setString(1, grant.id().value());
        statement.setString(2, grant.credential().value());
        statement.setString(3, grant.agent().value());
        statement.setString(4, grant.trust().toString());
        statement.setString(5, grant.reason());
        statement.setLong(6, Rows.nanos(grant.issuedAt()));
        statement.setLong(7, Rows.nanos(grant.expiresAt()));
        statement.setInt(8, grant.uses());
        statement.setInt(9, stored.used());
        statement.setLong(10, grant.epoch());
        if (grant.run().isPresent()) {
          statement.setString(11, grant.run().get());
        } else {
          statement.setNull(11, Types.VARCHAR);
        }
        if (grant.revokedAt().isPresent()) {
          statement.setLong(12, Rows.nanos(grant.revokedAt().get()));
        } else {
          statement.setNull(12, Types.BIGINT);
        }
        statement.setBytes(13, stored.token().bytes());
        return statement.executeUpdate();
      }
    });
  }

  @Override
  public List<GrantId> revoke(GrantSelector selector, Instant at) {
    return database.write(connection -> revoke(connection, selector, at));
  }

  /// Revokes within the caller's transaction.
  static List<GrantId> revoke(Connection connection, GrantSelector selector, Instant at)
      throws SQLException {
    return switch (selector) {
      case GrantSelector.ById(GrantId id) -> revoke(connection, at, " AND id = ?", id.value());
      case GrantSelector.ByAgent(AgentName agent) ->
          revoke(connection, at, " AND agent = ?", agent.value());
      case GrantSelector.ByCredential(CredentialName credential) ->
          revoke(connection, at, " AND credential = ?", credential.value());
      case GrantSelector.ByRun(String run) -> revoke(connection, at, " AND run = ?", run);
      case GrantSelector.All() -> revoke(connection, at, " AND ? = ''", "");
    };
  }

  private static List<GrantId> revoke(
      Connection connection, Instant at, String condition, String parameter) throws SQLException {
    long now = Rows.nanos(at);
    List<GrantId> live =
        Sql.query(
            connection,
            row -> new GrantId(row.getString(1)),
            "SELECT id FROM issued WHERE" + LIVE + condition + " ORDER BY number",
            now,
            parameter);
    if (!live.isEmpty()) {
      Sql.update(
          connection,
          "UPDATE issued SET revoked_at = ? WHERE" + LIVE + condition,
          now,
          now,
          parameter);
    }
    return live;
  }

  @Override
  public boolean consumeUse(GrantId id, Instant now) {
    return database.write(connection ->
        Sql.update(
            connection,
            "UPDATE issued SET used = used + 1 WHERE id = ? AND used < uses AND" + LIVE,
            id.value(),
            Rows.nanos(now)))
        == 1;
  }

  @Override
  public int purge(Instant endedBefore) {
    return database.write(connection ->
        Sql.update(
            connection,
            "DELETE FROM issued WHERE coalesce(revoked_at, expires_at) < ?",
            Rows.nanos(endedBefore)));
  }
}
