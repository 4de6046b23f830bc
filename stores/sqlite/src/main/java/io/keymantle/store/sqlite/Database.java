package io.keymantle.store.sqlite;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteException;

/// The two connections to the database: one that writes, under a lock, and one that reads beside it
/// (WAL). A transaction that was committed survives a power cut (`synchronous=FULL`).
///
/// After a failed read or write of the disk no more is written until the store is opened again:
/// what the kernel kept of a failed fsync is unknown, so trying again would prove nothing.
final class Database implements AutoCloseable {
  /// Work within one transaction or read.
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  // Primary result codes, https://sqlite.org/rescode.html.
  private static final int NO_PERMISSION = 3;
  private static final int BUSY = 5;
  private static final int LOCKED = 6;
  private static final int READ_ONLY = 8;
  private static final int DISK_FAILED = 10;
  private static final int CORRUPT = 11;
  private static final int DISK_FULL = 13;
  private static final int CANNOT_OPEN = 14;
  private static final int NOT_A_DATABASE = 26;

  private final Path file;
  private final Connection writer;
  private final Connection reader;
  private final ReentrantLock writing = new ReentrantLock();
  private final ReentrantLock reading = new ReentrantLock();
  private volatile boolean broken;

  private Database(Path file, Connection writer, Connection reader) {
    this.file = file;
    this.writer = writer;
    this.reader = reader;
  }

  static Database open(Path file) throws SQLException {
    Connection writer = connect(file, false);
    try {
      Schema.migrate(writer);
      return new Database(file, writer, connect(file, false));
    } catch (SQLException | RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  static Connection connect(Path file, boolean readOnly) throws SQLException {
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(readOnly);
    config.setBusyTimeout(5000);
    if (!readOnly) {
      config.setJournalMode(SQLiteConfig.JournalMode.WAL);
      config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
      config.setPragma(SQLiteConfig.Pragma.FOREIGN_KEYS, "true");
      config.setPragma(SQLiteConfig.Pragma.SECURE_DELETE, "true");
    }
    config.setTempStore(SQLiteConfig.TempStore.MEMORY);
    return config.createConnection("jdbc:sqlite:" + file);
  }

  /// Runs the work in one transaction, and returns when it is durable. When it throws, nothing
  /// changed.
  <T> T write(Work<T> work) {
    writing.lock();
    try {
      if (broken) {
        throw unavailable("the store stopped after a failure of the disk");
      }
      execute(writer, "BEGIN IMMEDIATE");
      T result;
      try {
        result = work.on(writer);
        execute(writer, "COMMIT");
      } catch (SQLException | RuntimeException e) {
        rollBack(e);
        throw e;
      }
      return result;
    } catch (SQLException e) {
      throw refusal(e);
    } finally {
      writing.unlock();
    }
  }

  /// Runs the work on the connection that reads.
  <T> T read(Work<T> work) {
    reading.lock();
    try {
      return work.on(reader);
    } catch (SQLException e) {
      throw refusal(e);
    } finally {
      reading.unlock();
    }
  }

  private void rollBack(Exception cause) {
    try {
      execute(writer, "ROLLBACK");
    } catch (SQLException e) {
      // After some failures SQLite has rolled back by itself, and says so here.
      cause.addSuppressed(e);
    }
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private RuntimeException refusal(SQLException e) {
    int code = primaryCode(e);
    if (code == DISK_FAILED || code == CORRUPT || code == NOT_A_DATABASE) {
      broken = true;
    }
    return refusal(file, e);
  }

  static RuntimeException refusal(Path file, SQLException e) {
    return switch (primaryCode(e)) {
      case CORRUPT, NOT_A_DATABASE -> damaged(file);
      case DISK_FAILED -> unavailable("the disk failed under " + file);
      case DISK_FULL -> unavailable("the disk is full");
      case NO_PERMISSION, READ_ONLY, CANNOT_OPEN -> unavailable(file + " cannot be written");
      case BUSY, LOCKED -> unavailable("another program holds " + file);
      default -> new IllegalStateException("failed to use " + file, e);
    };
  }

  /// The code of SQLite without the detail that its upper bits carry; 0 when it is not SQLite's.
  private static int primaryCode(SQLException e) {
    return e instanceof SQLiteException sqlite ? sqlite.getResultCode().code & 0xff : 0;
  }

  static RefusedException damaged(Path file) {
    return RefusedException.of(
        ErrorCode.HOME_DAMAGED, file + " is damaged", "restore a backup: keymantle restore FILE");
  }

  private static RefusedException unavailable(String message) {
    return RefusedException.of(
        ErrorCode.STORE_UNAVAILABLE,
        message,
        "mend the disk or free some space, then keymantle down and keymantle up");
  }

  /// Closes both connections; the last one writes the log into the database file.
  @Override
  public void close() {
    writing.lock();
    reading.lock();
    try (writer;
        reader) {
      broken = true;
    } catch (SQLException e) {
      throw refusal(e);
    } finally {
      reading.unlock();
      writing.unlock();
    }
  }
}
