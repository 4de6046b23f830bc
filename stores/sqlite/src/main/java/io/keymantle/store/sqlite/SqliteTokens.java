package io.keymantle.store.sqlite;

import io.keymantle.control.StoredToken;
import io.keymantle.control.TokenHash;
import io.keymantle.control.TokenStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Tokens of services in table `service_token`.
final class SqliteTokens implements TokenStore {
  private final Database database;

  SqliteTokens(Database database) {
    this.database = database;
  }

  @Override
  public List<StoredToken> all() {
    return database.read(connection ->
        Sql.query(
            connection,
            SqliteTokens::token,
            "SELECT * FROM service_token ORDER BY service, created_at, token"));
  }

  private static StoredToken token(ResultSet row) throws SQLException {
    long end = row.getLong("expires_at");
    long every = row.getLong("rotate_seconds");
    return new StoredToken(
        row.getString("service"),
        TokenHash.ofBytes(row.getBytes("token")),
        Set.of(row.getString("scopes").split(" ")),
        Rows.instant(row.getLong("created_at")),
        end == 0 ? Optional.empty() : Optional.of(Rows.instant(end)),
        every == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(every)));
  }

  @Override
  public void put(List<StoredToken> tokens) {
    database.write(connection -> {
      for (StoredToken token : tokens) {
        Sql.update(
            connection,
            "INSERT OR REPLACE INTO service_token (token, service, scopes, created_at, expires_at,"
                + " rotate_seconds) VALUES (?, ?, ?, ?, ?, ?)",
            token.hash().bytes(),
            token.name(),
            String.join(" ", token.scopes()),
            Rows.nanos(token.createdAt()),
            token.expiresAt().map(Rows::nanos).orElse(0L),
            token.rotateEvery().map(Duration::toSeconds).orElse(0L));
      }
      return tokens.size();
    });
  }

  @Override
  public void remove(String name) {
    database.write(
        connection -> Sql.update(connection, "DELETE FROM service_token WHERE service = ?", name));
  }

  @Override
  public void purge(Instant endedBefore) {
    database.write(connection ->
        Sql.update(
            connection,
            "DELETE FROM service_token WHERE expires_at > 0 AND expires_at < ?",
            Rows.nanos(endedBefore)));
  }
}
