package io.keymantle.store.sqlite;

import io.keymantle.domain.PersonName;
import io.keymantle.factors.Gate;
import io.keymantle.factors.GateName;
import io.keymantle.factors.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;

/// Gates in table `factor_gate`, and the tries that pass through them.
final class FactorGates {
  private FactorGates() {}

  /// A try of an open gate, within the transaction that counts it.
  @FunctionalInterface
  interface Attempt {
    Outcome on(Connection connection) throws SQLException;
  }

  /// Tries in one transaction, which writes the gate whatever the outcome.
  static Outcome attempt(
      Database database, PersonName person, GateName name, Instant now, Attempt attempt) {
    return database.write(connection -> {
      Gate gate = read(connection, person, name);
      Outcome outcome = gate.closedAt(now) ? Outcome.LOCKED : attempt.on(connection);
      write(connection, person, name, gate.after(outcome, now));
      return outcome;
    });
  }

  static Gate read(Connection connection, PersonName person, GateName name) throws SQLException {
    return Sql.query(
            connection,
            FactorRows::gate,
            "SELECT * FROM factor_gate WHERE person = ? AND gate = ?",
            person.value(),
            name.toString())
        .stream()
        .findFirst()
        .orElse(Gate.NEW);
  }

  static void write(Connection connection, PersonName person, GateName name, Gate gate)
      throws SQLException {
    Sql.update(
        connection,
        "INSERT OR REPLACE INTO factor_gate (person, gate, tries, failures, locked_until)"
            + " VALUES (?, ?, ?, ?, ?)",
        person.value(),
        name.toString(),
        gate.tries(),
        gate.failures(),
        Rows.nanos(gate.lockedUntil()));
  }
}
