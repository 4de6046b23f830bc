package io.keymantle.store.sqlite;

import io.keymantle.control.GrantSelector;
import io.keymantle.control.Run;
import io.keymantle.control.RunStore;
import java.time.Instant;
import java.util.List;

/// Runs in table `run`.
final class SqliteRuns implements RunStore {
  private final Database database;

  SqliteRuns(Database database) {
    this.database = database;
  }

  @Override
  public List<Run> all() {
    return database.read(connection ->
        Sql.query(connection, Rows::run, "SELECT * FROM run ORDER BY started_at, id"));
  }

  @Override
  public void start(Run run) {
    database.write(connection ->
        Sql.update(
            connection,
            "INSERT INTO run (id, agent, trust, token, started_at, expires_at)"
                + " VALUES (?, ?, ?, ?, ?, ?)",
            run.id(),
            run.agent().value(),
            run.trust().toString(),
            run.token().bytes(),
            Rows.nanos(run.startedAt()),
            Rows.nanos(run.expiresAt())));
  }

  @Override
  public void end(String id, Instant at) {
    database.write(connection -> {
      Sql.update(connection, "DELETE FROM run WHERE id = ?", id);
      return SqliteGrants.revoke(connection, new GrantSelector.ByRun(id), at);
    });
  }
}
