package io.keymantle.store.sqlite;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// The schema and its version, which SQLite keeps in the file's header as `user_version`. The
/// resources beside this class are numbered; each leads from the version before it to its own, in
/// one transaction (docs/decisions/0003-sqlite-without-flyway-and-jdbi.md).
final class Schema {
  private static final List<String> MIGRATIONS =
      List.of(
          "001-first.sql",
          "002-approvals.sql",
          "003-factors.sql",
          "004-people.sql",
          "005-tokens.sql");
  static final int VERSION = MIGRATIONS.size();

  private static final byte[] MAGIC = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
  private static final int HEADER_LENGTH = 100;

  private Schema() {}

  /// Looks at the file without a connection that could write.
  ///
  /// @throws RefusedException with `schema_newer` or `home_damaged`
  static void requireReadable(Path file) {
    requireHeader(file);
    try (Connection connection = Database.connect(file, true)) {
      requireKnown(file, version(connection));
      if (!quickCheck(connection)) {
        throw Database.damaged(file);
      }
    } catch (SQLException e) {
      throw Database.refusal(file, e);
    }
  }

  private static void requireHeader(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] header = in.readNBytes(HEADER_LENGTH);
      if (header.length < HEADER_LENGTH
          || !Arrays.equals(header, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
        throw Database.damaged(file);
      }
    } catch (IOException e) {
      throw RefusedException.of(
          ErrorCode.STORE_UNAVAILABLE,
          file + " cannot be read",
          "let the user who runs this own it: chown it to that user");
    }
  }

  private static void requireKnown(Path file, int version) {
    if (version > VERSION) {
      throw RefusedException.of(
          ErrorCode.SCHEMA_NEWER,
          file
              + " was written by a newer Keymantle (schema "
              + version
              + ", this one knows "
              + VERSION
              + ")",
          "use the newer Keymantle with this home");
    }
  }

  private static boolean quickCheck(Connection connection) throws SQLException {
    return textOf(connection, "PRAGMA quick_check(1)").filter("ok"::equals).isPresent();
  }

  /// Brings the schema up to this version; does nothing when it is.
  static void migrate(Connection connection) throws SQLException {
    for (int version = version(connection); version < VERSION; version++) {
      Database.execute(connection, "BEGIN IMMEDIATE");
      try {
        for (String statement : resource(MIGRATIONS.get(version)).split(";\\s*\\n")) {
          if (!statement.isBlank()) {
            Database.execute(connection, statement);
          }
        }
        Database.execute(connection, "PRAGMA user_version = " + (version + 1));
        Database.execute(connection, "COMMIT");
      } catch (SQLException e) {
        Database.execute(connection, "ROLLBACK");
        throw e;
      }
    }
  }

  private static int version(Connection connection) throws SQLException {
    return textOf(connection, "PRAGMA user_version").map(Integer::parseInt).orElse(0);
  }

  private static Optional<String> textOf(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
    }
  }

  private static String resource(String name) {
    try (InputStream in = Schema.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the program lacks its resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("failed to read the resource " + name, e);
    }
  }
}
