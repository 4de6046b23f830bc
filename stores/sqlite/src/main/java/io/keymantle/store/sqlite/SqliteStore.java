package io.keymantle.store.sqlite;

import io.keymantle.control.AgentStore;
import io.keymantle.control.ApprovalStore;
import io.keymantle.control.CredentialStore;
import io.keymantle.control.EncryptedValue;
import io.keymantle.control.GrantStore;
import io.keymantle.control.PersonStore;
import io.keymantle.control.RunStore;
import io.keymantle.control.SessionStore;
import io.keymantle.control.SettingStore;
import io.keymantle.control.TokenStore;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.factors.FactorStore;
import io.keymantle.factors.StoredTotp;
import io.keymantle.redeem.ValueStore;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;

/// The embedded store: `keymantle.db` of a home, and the stores in it. The caller holds the
/// [HomeLock]. Thread-safe.
///
/// Guarantees: a method of a store that changes something is one transaction, durable when it
/// returns (WAL, `synchronous=FULL`); values are there as ciphertext, tokens as hashes only; a
/// missing, damaged or newer file is refused and left as it is.
public final class SqliteStore implements AutoCloseable {
  /// Makes the new envelope of a value, as when its key was rotated.
  @FunctionalInterface
  public interface Rewrap {
    EncryptedValue rewrap(CredentialName name, long version, EncryptedValue value);
  }

  /// Makes the new envelope of a seed, as when its key was rotated.
  @FunctionalInterface
  public interface RewrapSeed {
    EncryptedValue rewrap(PersonName person, long version, EncryptedValue seed);
  }

  private final Database database;
  private final SqliteCredentials credentials;

  private SqliteStore(Database database) {
    this.database = database;
    this.credentials = new SqliteCredentials(database);
  }

  /// Makes the empty store of a new home, mode 0600.
  ///
  /// @throws RefusedException with `already_exists`
  public static SqliteStore create(HomeDirectory home) {
    Path file = home.database();
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw RefusedException.of(
          ErrorCode.ALREADY_EXISTS, "the home has its store already", "keymantle up");
    }
    createPrivate(file);
    return connect(home);
  }

  /// Opens the store of a home, and brings its schema up to date.
  ///
  /// @throws RefusedException with `home_damaged` when the file is missing or not sound,
  ///   `schema_newer` when a newer Keymantle wrote it; nothing is changed then
  public static SqliteStore open(HomeDirectory home) {
    Path file = home.database();
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw RefusedException.of(
          ErrorCode.HOME_DAMAGED, file + " is missing", "restore a backup: keymantle restore FILE");
    }
    prepare(home);
    Schema.requireReadable(file);
    return connect(home);
  }

  private static SqliteStore connect(HomeDirectory home) {
    prepare(home);
    try {
      return new SqliteStore(Database.open(home.database()));
    } catch (SQLException e) {
      throw Database.refusal(home.database(), e);
    }
  }

  /// The driver unpacks its native library where others cannot replace it before it is loaded.
  private static void prepare(HomeDirectory home) {
    if (System.getProperty("org.sqlite.tmpdir") == null) {
      removeLeftLibraries(home.run());
      System.setProperty("org.sqlite.tmpdir", home.run().toString());
    }
  }

  /// Removes the libraries that processes before this one unpacked and, having been killed, could
  /// not delete: over a megabyte each. One that cannot be deleted does no harm.
  static void removeLeftLibraries(Path folder) {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder, "sqlite-*sqlitejdbc*")) {
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | DirectoryIteratorException e) {
      System.getLogger("io.keymantle.store.sqlite")
          .log(System.Logger.Level.DEBUG, "libraries of an earlier process stay in " + folder);
    }
  }

  /// Agents.
  public AgentStore agents() {
    return new SqliteAgents(database);
  }

  /// Credentials.
  public CredentialStore credentials() {
    return credentials;
  }

  /// The encrypted values of credentials.
  public ValueStore values() {
    return credentials;
  }

  /// Grants.
  public GrantStore grants() {
    return new SqliteGrants(database);
  }

  /// Approvals.
  public ApprovalStore approvals() {
    return new SqliteApprovals(database);
  }

  /// Runs.
  public RunStore runs() {
    return new SqliteRuns(database);
  }

  /// What people hold beside their session.
  public FactorStore factors() {
    return new SqliteFactors(database);
  }

  /// People's accounts.
  public PersonStore people() {
    return new SqlitePeople(database);
  }

  /// Tokens of services.
  public TokenStore tokens() {
    return new SqliteTokens(database);
  }

  /// People's sessions.
  public SessionStore sessions() {
    return new SqliteSessions(database);
  }

  /// The epoch, and other settings.
  public SettingStore settings() {
    return new SqliteSettings(database);
  }

  /// Replaces the envelope of every value, all or none.
  ///
  /// @return how many
  public int rewrapValues(Rewrap rewrap) {
    return database.write(connection -> {
      record Stored(String credential, long version, EncryptedValue value) {}
      List<Stored> all =
          Sql.query(
              connection,
              row ->
                  new Stored(row.getString(1), row.getLong(2), new EncryptedValue(row.getBytes(3))),
              "SELECT credential, version, envelope FROM value");
      for (Stored stored : all) {
        CredentialName name = new CredentialName(stored.credential());
        Sql.update(
            connection,
            "UPDATE value SET envelope = ? WHERE credential = ? AND version = ?",
            rewrap.rewrap(name, stored.version(), stored.value()).envelope(),
            stored.credential(),
            stored.version());
      }
      return all.size();
    });
  }

  /// Replaces the envelope of every seed, all or none.
  ///
  /// @return how many
  public int rewrapSeeds(RewrapSeed rewrap) {
    return database.write(connection -> {
      List<StoredTotp> all = Sql.query(connection, FactorRows::totp, "SELECT * FROM totp");
      for (StoredTotp stored : all) {
        Sql.update(
            connection,
            "UPDATE totp SET envelope = ? WHERE person = ? AND version = ?",
            rewrap.rewrap(stored.person(), stored.version(), stored.seed()).envelope(),
            stored.person().value(),
            stored.version());
      }
      return all.size();
    });
  }

  /// Writes a consistent copy of everything, as of now, into a new file of mode 0600. Other work
  /// goes on meanwhile. The copy is a store itself: in the place of `keymantle.db` it opens.
  ///
  /// @throws RefusedException with `already_exists` when there is a file already
  public void snapshot(Path target) {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw RefusedException.of(
          ErrorCode.ALREADY_EXISTS, target + " exists already", "name a file that does not exist");
    }
    // SQLite takes an empty file as well, and this one is private from the start.
    createPrivate(target);
    database.read(connection -> Sql.update(connection, "VACUUM INTO ?", target.toString()));
  }

  /// Everything the store holds as ordered text, for comparing two stores. Ciphertext and token
  /// hashes appear as their own SHA-256.
  public String dump() {
    return database.read(Dump::of);
  }

  private static void createPrivate(Path file) {
    try {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (IOException e) {
      throw RefusedException.of(
          ErrorCode.STORE_UNAVAILABLE,
          file + " cannot be made",
          "free some space, or let the user who runs this write there");
    }
  }

  /// Closes the database; what was committed is in its one file afterwards.
  @Override
  public void close() {
    database.close();
  }
}
