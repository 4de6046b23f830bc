package io.keymantle.store.sqlite;

import io.keymantle.control.Attempts;
import io.keymantle.control.PersonStore;
import io.keymantle.control.StoredPerson;
import io.keymantle.control.TokenHash;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.Person;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// People's accounts in table `person`, wrong log-ins in `login_attempt`.
final class SqlitePeople implements PersonStore {
  private final Database database;

  SqlitePeople(Database database) {
    this.database = database;
  }

  @Override
  public List<StoredPerson> all() {
    return database.read(connection ->
        Sql.query(connection, PersonRows::person, "SELECT * FROM person ORDER BY name"));
  }

  @Override
  public void add(StoredPerson added) {
    int rows =
        database.write(connection -> {
          Sql.update(
              connection,
              "DELETE FROM person WHERE name = ? AND disabled = 1",
              added.person().name().value());
          return insert(connection, added);
        });
    if (rows == 0) {
      throw RefusedException.of(
          ErrorCode.ALREADY_EXISTS,
          "there is a person " + added.person().name(),
          "keymantle person reset " + added.person().name() + ", or choose another name");
    }
  }

  private static int insert(Connection connection, StoredPerson added) throws SQLException {
    Person person = added.person();
    return Sql.update(
        connection,
        "INSERT INTO person (name, role, password, created_at, disabled, last_login_at,"
            + " invitation, invitation_expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            + " ON CONFLICT DO NOTHING",
        person.name().value(),
        person.role().toString(),
        added.password(),
        Rows.nanos(person.createdAt()),
        person.disabled(),
        nanos(person.lastLoginAt().orElse(null)),
        added.invitation().map(each -> each.token().bytes()).orElse(null),
        nanos(added.invitation().map(each -> each.expiresAt()).orElse(null)));
  }

  private static @Nullable Long nanos(@Nullable Instant moment) {
    return moment == null ? null : Rows.nanos(moment);
  }

  @Override
  public void replace(StoredPerson changed) {
    PersonName name = changed.person().name();
    database.write(connection -> {
      if (Sql.update(connection, "DELETE FROM person WHERE name = ?", name.value()) == 0) {
        throw RefusedException.of(
            ErrorCode.NOT_FOUND,
            "there is no person " + name,
            "see them with keymantle person list");
      }
      insert(connection, changed);
      return Sql.update(connection, "DELETE FROM session WHERE person = ?", name.value());
    });
  }

  @Override
  public boolean spend(PersonName name, TokenHash invitation, String password, Instant now) {
    return database.write(connection ->
        Sql.update(
                connection,
                "UPDATE person SET password = ?, invitation = NULL, invitation_expires_at = NULL"
                    + " WHERE name = ? AND disabled = 0 AND invitation = ?"
                    + " AND invitation_expires_at > ?",
                password,
                name.value(),
                invitation.bytes(),
                Rows.nanos(now))
            == 1);
  }

  @Override
  public void loggedIn(PersonName name, Instant at) {
    database.write(connection ->
        Sql.update(
            connection,
            "UPDATE person SET last_login_at = ? WHERE name = ?",
            Rows.nanos(at),
            name.value()));
  }

  @Override
  public List<Attempts> attempts() {
    return database.read(
        connection -> Sql.query(connection, PersonRows::attempts, "SELECT * FROM login_attempt"));
  }

  @Override
  public void put(Attempts attempts) {
    database.write(connection ->
        Sql.update(
            connection,
            "INSERT OR REPLACE INTO login_attempt (subject, wrong, locks, last_at, locked_until)"
                + " VALUES (?, ?, ?, ?, ?)",
            attempts.subject(),
            attempts.wrong(),
            attempts.locks(),
            Rows.nanos(attempts.lastAt()),
            Rows.nanos(attempts.lockedUntil())));
  }

  @Override
  public void forgetAttempts(String subject) {
    database.write(connection ->
        Sql.update(connection, "DELETE FROM login_attempt WHERE subject = ?", subject));
  }
}
