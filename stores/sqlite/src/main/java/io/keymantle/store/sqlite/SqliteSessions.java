package io.keymantle.store.sqlite;

import io.keymantle.control.SessionStore;
import io.keymantle.control.StoredSession;
import io.keymantle.control.TokenHash;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// People's sessions in table `session`, what they are hashed with in `session_secret`.
final class SqliteSessions implements SessionStore {
  private final Database database;

  SqliteSessions(Database database) {
    this.database = database;
  }

  @Override
  public List<StoredSession> all() {
    return database.read(connection ->
        Sql.query(connection, PersonRows::session, "SELECT * FROM session ORDER BY created_at"));
  }

  @Override
  public void open(StoredSession session, Instant forgetBefore) {
    database.write(connection -> {
      Sql.update(connection, "DELETE FROM session WHERE created_at < ?", Rows.nanos(forgetBefore));
      return Sql.update(
          connection,
          "INSERT INTO session (token, person, kind, created_at, last_used_at)"
              + " VALUES (?, ?, ?, ?, ?)",
          session.token().bytes(),
          session.account().map(Object::toString).orElse(null),
          session.kind().toString(),
          Rows.nanos(session.createdAt()),
          Rows.nanos(session.lastUsedAt()));
    });
  }

  @Override
  public void used(TokenHash token, Instant at) {
    database.write(connection ->
        Sql.update(
            connection,
            "UPDATE session SET last_used_at = ? WHERE token = ?",
            Rows.nanos(at),
            token.bytes()));
  }

  @Override
  public void close(TokenHash token) {
    database.write(
        connection -> Sql.update(connection, "DELETE FROM session WHERE token = ?", token.bytes()));
  }

  @Override
  public void closeAll() {
    database.write(connection -> Sql.update(connection, "DELETE FROM session"));
  }

  @Override
  public Optional<byte[]> secret() {
    return database
        .read(connection ->
            Sql.query(connection, row -> row.getBytes(1), "SELECT secret FROM session_secret"))
        .stream()
        .findFirst();
  }

  @Override
  public void putSecret(byte[] secret) {
    database.write(connection ->
        Sql.update(
            connection,
            "INSERT OR REPLACE INTO session_secret (id, secret) VALUES (1, ?)",
            (Object) secret));
  }
}
