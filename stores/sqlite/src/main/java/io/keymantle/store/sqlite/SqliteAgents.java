package io.keymantle.store.sqlite;

import io.keymantle.control.AgentStore;
import io.keymantle.control.GrantSelector;
import io.keymantle.control.StoredAgent;
import io.keymantle.domain.Agent;
import io.keymantle.domain.AgentName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.time.Instant;
import java.util.List;

/// Agents in table `agent`.
final class SqliteAgents implements AgentStore {
  private final Database database;

  SqliteAgents(Database database) {
    this.database = database;
  }

  @Override
  public List<StoredAgent> all() {
    return database.read(
        connection -> Sql.query(connection, Rows::agent, "SELECT * FROM agent ORDER BY name"));
  }

  @Override
  public void add(StoredAgent stored) {
    Agent agent = stored.agent();
    int added =
        database.write(connection -> {
          Sql.update(
              connection, "DELETE FROM agent WHERE name = ? AND revoked = 1", agent.name().value());
          return Sql.update(
              connection,
              "INSERT INTO agent (name, token, owner, egress, allowed, tunnelled, created_at,"
                  + " revoked) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
              agent.name().value(),
              stored.token().bytes(),
              agent.owner().value(),
              Rows.text(agent.egress().mode()),
              Rows.text(agent.egress().allowed()),
              Rows.text(agent.egress().tunnelled()),
              Rows.nanos(agent.createdAt()),
              agent.revoked());
        });
    if (added == 0) {
      throw RefusedException.of(
          ErrorCode.ALREADY_EXISTS,
          "there is an agent " + agent.name(),
          "keymantle agent revoke " + agent.name() + ", or choose another name");
    }
  }

  @Override
  public void revoke(AgentName name, Instant at) {
    database.write(connection -> {
      int revoked =
          Sql.update(
              connection,
              "UPDATE agent SET revoked = 1 WHERE name = ? AND revoked = 0",
              name.value());
      if (revoked == 0) {
        throw RefusedException.of(
            ErrorCode.NOT_FOUND, "there is no agent " + name, "see them with keymantle agent list");
      }
      Sql.update(connection, "DELETE FROM run WHERE agent = ?", name.value());
      return SqliteGrants.revoke(connection, new GrantSelector.ByAgent(name), at);
    });
  }
}
