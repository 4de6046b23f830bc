package io.keymantle.store.sqlite;

import io.keymantle.control.Attempts;
import io.keymantle.control.Invitation;
import io.keymantle.control.SessionKind;
import io.keymantle.control.StoredPerson;
import io.keymantle.control.StoredSession;
import io.keymantle.control.TokenHash;
import io.keymantle.domain.Person;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// What is stored of people, from columns.
final class PersonRows {
  private PersonRows() {}

  static StoredPerson person(ResultSet row) throws SQLException {
    Person person =
        new Person(
            new PersonName(row.getString("name")),
            role(row.getString("role")),
            Rows.instant(row.getLong("created_at")),
            row.getBoolean("disabled"),
            moment(row, "last_login_at"));
    byte[] token = row.getBytes("invitation");
    Optional<Invitation> invitation =
        token == null
            ? Optional.empty()
            : moment(row, "invitation_expires_at")
                .map(expiresAt -> new Invitation(TokenHash.ofBytes(token), expiresAt));
    return new StoredPerson(person, row.getString("password"), invitation);
  }

  private static Role role(String text) throws SQLException {
    for (Role role : Role.values()) {
      if (role.toString().equals(text)) {
        return role;
      }
    }
    throw new SQLException("a role that is not known");
  }

  static StoredSession session(ResultSet row) throws SQLException {
    return new StoredSession(
        TokenHash.ofBytes(row.getBytes("token")),
        Optional.ofNullable(row.getString("person")).map(PersonName::new),
        kind(row.getString("kind")),
        Rows.instant(row.getLong("created_at")),
        Rows.instant(row.getLong("last_used_at")));
  }

  private static SessionKind kind(String text) throws SQLException {
    for (SessionKind kind : SessionKind.values()) {
      if (kind.toString().equals(text)) {
        return kind;
      }
    }
    throw new SQLException("a kind of session that is not known");
  }

  static Attempts attempts(ResultSet row) throws SQLException {
    return new Attempts(
        row.getString("subject"),
        row.getInt("wrong"),
        row.getInt("locks"),
        Rows.instant(row.getLong("last_at")),
        Rows.instant(row.getLong("locked_until")));
  }

  private static Optional<Instant> moment(ResultSet row, String column) throws SQLException {
    long nanos = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(Rows.instant(nanos));
  }
}
