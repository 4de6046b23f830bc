package io.keymantle.store.sqlite;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything a store holds as ordered text, for comparing two of them.
final class Dump {
  private Dump() {}

  static String of(Connection connection) throws SQLException {
    StringBuilder text = new StringBuilder();
    List<String> tables =
        Sql.query(
            connection,
            row -> row.getString(1),
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                + " ORDER BY name");
    for (String table : tables) {
      Sql.query(connection, Dump::line, "SELECT * FROM " + table).stream()
          .sorted()
          .forEach(line -> text.append(table).append(": ").append(line).append('\n'));
    }
    return text.toString();
  }

  private static String line(ResultSet row) throws SQLException {
    StringBuilder line = new StringBuilder();
    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
      line.append(i == 1 ? "" : ", ")
          .append(row.getMetaData().getColumnName(i))
          .append('=')
          .append(text(row.getObject(i)));
    }
    return line.toString();
  }

  private static String text(@Nullable Object column) {
    return switch (column) {
      case null -> "null";
      case byte[] bytes -> "sha256:" + HexFormat.of().formatHex(sha256(bytes));
      default -> column.toString();
    };
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not available", e);
    }
  }
}
