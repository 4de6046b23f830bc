package io.keymantle.store.sqlite;

import io.keymantle.control.Approval;
import io.keymantle.control.ApprovalStore;
import io.keymantle.control.ApprovalText;
import java.time.Instant;
import java.util.List;

/// Approvals in table `approval`.
final class SqliteApprovals implements ApprovalStore {
  private final Database database;

  SqliteApprovals(Database database) {
    this.database = database;
  }

  @Override
  public List<Approval> all() {
    return database.read(connection ->
        Sql.query(
            connection,
            row -> ApprovalText.parse(row.getString(1)),
            "SELECT body FROM approval ORDER BY created_at, id"));
  }

  @Override
  public void add(Approval approval) {
    database.write(connection ->
        Sql.update(
            connection,
            "INSERT INTO approval (id, body, version, created_at, ended_at) VALUES (?, ?, ?, ?, ?)",
            approval.id().value(),
            ApprovalText.of(approval),
            approval.version(),
            Rows.nanos(approval.createdAt()),
            endedAt(approval)));
  }

  @Override
  public boolean replace(Approval approval) {
    return database.write(connection ->
        Sql.update(
            connection,
            "UPDATE approval SET body = ?, version = ?, ended_at = ?"
                + " WHERE id = ? AND version = ?",
            ApprovalText.of(approval),
            approval.version(),
            endedAt(approval),
            approval.id().value(),
            approval.version() - 1))
        == 1;
  }

  @Override
  public void purge(Instant endedBefore) {
    database.write(connection ->
        Sql.update(
            connection,
            "DELETE FROM approval WHERE ended_at > 0 AND ended_at < ?",
            Rows.nanos(endedBefore)));
  }

  private static long endedAt(Approval approval) {
    return approval.endedAt().map(Rows::nanos).orElse(0L);
  }
}
