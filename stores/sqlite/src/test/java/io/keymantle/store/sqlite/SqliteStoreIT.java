package io.keymantle.store.sqlite;

import static io.keymantle.testkit.Samples.DATABASE;
import static io.keymantle.testkit.Samples.GITHUB;
import static io.keymantle.testkit.Samples.MAIN;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keymantle.control.EncryptedValue;
import io.keymantle.control.TokenHash;
import io.keymantle.domain.Credential;
import io.keymantle.domain.CredentialName;
import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.PersonName;
import io.keymantle.domain.RefusedException;
import io.keymantle.factors.Outcome;
import io.keymantle.factors.StoredTotp;
import io.keymantle.otp.Totp;
import io.keymantle.testkit.Samples;
import io.keymantle.testkit.TestClock;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SqliteStoreIT {
  private static final PersonName ALICE = new PersonName("alice");
  private static final String CANARY = "canary-envelope-of-a-value";

  @TempDir private Path directory;
  private HomeDirectory home = new HomeDirectory(Path.of("/"));

  @BeforeEach
  void makeHome() throws IOException {
    home = new HomeDirectory(directory);
    Files.createDirectory(home.run());
  }

  @Test
  void librariesOfKilledProcesses_areRemoved_andNothingElse() throws IOException {
    String library = "sqlite-3.54.1.0-2515fd6d-6392-4b0b-8db8-b6a071545a1a-libsqlitejdbc.so";
    Files.createFile(home.run().resolve(library));
    Files.createFile(home.run().resolve(library + ".lck"));
    Files.createFile(home.lock());

    SqliteStore.removeLeftLibraries(home.run());

    assertThat(home.run()).isDirectoryNotContaining("glob:**sqlitejdbc*");
    assertThat(home.lock()).exists();
  }

  @Test
  void everything_isThereAfterReopening() {
    String before;
    try (SqliteStore store = SqliteStore.create(home)) {
      fill(store);
      before = store.dump();
    }
    try (SqliteStore store = SqliteStore.open(home)) {
      assertThat(store.dump()).isEqualTo(before);
      assertThat(before.lines()).hasSizeGreaterThan(7);
      assertThat(store.credentials().all())
          .containsExactly(Samples.credential(GITHUB, 2), Samples.credential(DATABASE, 0));
      assertThat(store.values().values(GITHUB)).containsOnlyKeys(1L, 2L);
    }
  }

  @Test
  void committedChange_isThereThoughTheStoreWasNeverClosed() throws IOException {
    SqliteStore store = SqliteStore.create(home);
    fill(store);
    Path copy = Files.createDirectory(directory.resolve("copy"));
    HomeDirectory other = new HomeDirectory(copy);
    Files.createDirectory(other.run());
    // What a crash leaves: the file and its write-ahead log, without any orderly end.
    Files.copy(home.database(), other.database());
    Files.copy(directory.resolve("keymantle.db-wal"), copy.resolve("keymantle.db-wal"));

    try (store;
        SqliteStore recovered = SqliteStore.open(other)) {
      assertThat(recovered.dump()).isEqualTo(store.dump());
    }
  }

  @Test
  void file_isPrivateAndDurableByItsSettings() throws IOException {
    try (SqliteStore store = SqliteStore.create(home)) {
      fill(store);
      for (String name : List.of("keymantle.db", "keymantle.db-wal", "keymantle.db-shm")) {
        assertThat(
                PosixFilePermissions.toString(
                    Files.getPosixFilePermissions(directory.resolve(name))))
            .as(name)
            .isEqualTo("rw-------");
      }
    }
    assertThat(home.run()).isEmptyDirectory();
  }

  @Test
  void connection_syncsEveryCommit() throws Exception {
    SqliteStore.create(home).close();
    try (Database database = Database.open(home.database())) {
      for (Map.Entry<String, String> setting :
          Map.of(
                  "journal_mode", "wal",
                  "synchronous", "2",
                  "foreign_keys", "1",
                  "secure_delete", "1",
                  "user_version", Integer.toString(Schema.VERSION))
              .entrySet()) {
        String pragma = "PRAGMA " + setting.getKey();
        assertThat(
                database.<List<String>>read(
                    connection -> Sql.query(connection, row -> row.getString(1), pragma)))
            .as(pragma)
            .containsExactly(setting.getValue());
      }
    }
  }

  @Test
  void create_overAStore_isRefused() {
    SqliteStore.create(home).close();

    assertUnchangedBy(ErrorCode.ALREADY_EXISTS, () -> SqliteStore.create(home));
  }

  @Test
  void missingFile_isDamageAndNotANewStore() {
    assertThat(codeOf(() -> SqliteStore.open(home))).isEqualTo(ErrorCode.HOME_DAMAGED);
    assertThat(home.database()).doesNotExist();
  }

  @Test
  void newerSchema_isToldApartAndLeftAlone() throws Exception {
    SqliteStore.create(home).close();
    try (var connection = Database.connect(home.database(), false)) {
      Database.execute(connection, "PRAGMA user_version = 99");
    }

    assertUnchangedBy(ErrorCode.SCHEMA_NEWER, () -> SqliteStore.open(home));
  }

  @Test
  void fileThatIsNoDatabase_isDamagedAndLeftAlone() throws IOException {
    for (byte[] content :
        new byte[][] {{}, new byte[4096], "SQLite format 3\0".getBytes(ISO_8859_1), garbage()}) {
      Files.write(home.database(), content);
      assertUnchangedBy(ErrorCode.HOME_DAMAGED, () -> SqliteStore.open(home));
    }
  }

  @Test
  void cutOrOverwrittenFile_isDamagedAndLeftAlone() throws IOException {
    try (SqliteStore store = SqliteStore.create(home)) {
      fill(store);
    }
    byte[] whole = Files.readAllBytes(home.database());
    for (int pages = 1; pages < whole.length / 4096; pages++) {
      Files.write(home.database(), Arrays.copyOf(whole, pages * 4096));
      assertUnchangedBy(ErrorCode.HOME_DAMAGED, () -> SqliteStore.open(home));

      Files.write(home.database(), whole);
      try (RandomAccessFile file = new RandomAccessFile(home.database().toFile(), "rw")) {
        file.seek(pages * 4096L);
        file.write(new byte[64]);
      }
      assertUnchangedBy(ErrorCode.HOME_DAMAGED, () -> SqliteStore.open(home));
    }
  }

  @Test
  void snapshot_holdsEverythingAndOpens() throws IOException {
    Path target = directory.resolve("snapshot");
    try (SqliteStore store = SqliteStore.create(home)) {
      fill(store);
      store.snapshot(target);
      String before = store.dump();
      store.settings().putSetting("later", "x");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(target)))
          .isEqualTo("rw-------");
      assertThat(codeOf(() -> store.snapshot(target))).isEqualTo(ErrorCode.ALREADY_EXISTS);

      HomeDirectory other = new HomeDirectory(directory.resolve("other"));
      Files.createDirectories(other.run());
      Files.move(target, other.database());
      try (SqliteStore restored = SqliteStore.open(other)) {
        assertThat(restored.dump()).isEqualTo(before).isNotEqualTo(store.dump());
        assertThat(restored.settings().bumpEpoch(TestClock.START)).isEqualTo(2);
        assertThat(restored.grants().all())
            .allSatisfy(grant -> assertThat(grant.grant().revokedAt()).isPresent());
      }
    }
  }

  @Test
  void rewrapValues_replacesAllOrNone() {
    try (SqliteStore store = SqliteStore.create(home)) {
      fill(store);
      String before = store.dump();
      List<String> seen = new ArrayList<>();

      assertThatThrownBy(() ->
              store.rewrapValues((name, version, _) -> {
                seen.add(name + " " + version);
                if (seen.size() == 2) {
                  throw new IllegalStateException("the key is gone");
                }
                return Samples.value("half");
              }))
          .hasMessage("the key is gone");
      assertThat(store.dump()).isEqualTo(before);
      assertThat(seen).containsExactlyInAnyOrder("github-api 1", "github-api 2");

      int rewrapped = store.rewrapValues((_, version, _) -> Samples.value("rewrapped " + version));
      assertThat(rewrapped).isEqualTo(2);
      assertThat(store.values().values(GITHUB).values())
          .extracting(value -> new String(value.envelope(), ISO_8859_1))
          .containsExactly("rewrapped 1", "rewrapped 2");
    }
  }

  @Test
  void rewrapSeeds_replacesAllOrNone() {
    try (SqliteStore store = SqliteStore.create(home)) {
      fill(store);
      String before = store.dump();

      assertThatThrownBy(() ->
              store.rewrapSeeds((_, _, _) -> {
                throw new IllegalStateException("the key is gone");
              }))
          .hasMessage("the key is gone");
      assertThat(store.dump()).isEqualTo(before);

      assertThat(store.rewrapSeeds((person, version, _) -> Samples.value(person + " " + version)))
          .isEqualTo(1);
      assertThat(store.factors().activeTotp(ALICE).orElseThrow().seed())
          .isEqualTo(Samples.value("alice 1"));
    }
  }

  @Test
  void usedStep_staysUsed_whenTheStoreIsOpenedAgain() {
    try (SqliteStore store = SqliteStore.create(home)) {
      fill(store);
      assertThat(tryStep(store, 7)).isEqualTo(Outcome.ACCEPT);
    }
    try (SqliteStore store = SqliteStore.open(home)) {
      assertThat(tryStep(store, 7)).isEqualTo(Outcome.REPLAY);
      assertThat(tryStep(store, 8)).isEqualTo(Outcome.ACCEPT);
    }
  }

  private static Outcome tryStep(SqliteStore store, long step) {
    return store.factors().tryStep(ALICE, 1, OptionalLong.of(step), 0, TestClock.START);
  }

  @Test
  void dump_showsNeitherEnvelopesNorTokenHashes() {
    try (SqliteStore store = SqliteStore.create(home)) {
      fill(store);

      assertThat(store.dump())
          .contains("github-api", "envelope=sha256:", "token=sha256:")
          .doesNotContain(CANARY);
    }
  }

  @Test
  void lastUse_isTakenByOneOfManyAtOnce() throws Exception {
    try (SqliteStore store = SqliteStore.create(home);
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      var grant = Samples.grant(1, GITHUB, MAIN, 5, Optional.empty());
      store.grants().issue(grant);
      Callable<Boolean> take = () -> store.grants().consumeUse(grant.grant().id(), TestClock.START);
      List<Future<Boolean>> taken = threads.invokeAll(Collections.nCopies(40, take));

      int uses = 0;
      for (Future<Boolean> each : taken) {
        uses += each.get() ? 1 : 0;
      }
      assertThat(uses).isEqualTo(5);
    }
  }

  @Test
  void fullDisk_isSaidSo_andChangesNothing_andIsOverWhenThereIsSpace() throws Exception {
    SqliteStore.create(home).close();
    try (Database database = Database.open(home.database())) {
      SqliteSettings settings = new SqliteSettings(database);
      int pages = limitPages(database, 1);
      assertThat(codeOf(() -> settings.putSetting("big", "x".repeat(100_000))))
          .isEqualTo(ErrorCode.STORE_UNAVAILABLE);
      assertThat(settings.setting("big")).isEmpty();

      limitPages(database, pages + 1000);
      settings.putSetting("big", "x".repeat(100_000));
      assertThat(settings.setting("big")).isPresent();
    }
  }

  @Test
  void refusedWork_rollsBackAll() {
    try (SqliteStore store = SqliteStore.create(home)) {
      fill(store);
      String before = store.dump();
      Credential fresh = Samples.credential(new CredentialName("aaa"), 1);

      assertThat(
              codeOf(() ->
                  store
                      .credentials()
                      .add(
                          List.of(fresh, Samples.credential(GITHUB, 1)),
                          Map.of(fresh.name(), Samples.value("x")))))
          .isEqualTo(ErrorCode.ALREADY_EXISTS);
      assertThat(store.dump()).isEqualTo(before);
      store.settings().putSetting("still", "works");
    }
  }

  private static int limitPages(Database database, int pages) {
    return database.write(connection -> {
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery("PRAGMA max_page_count = " + pages)) {
        return rows.getInt(1);
      }
    });
  }

  private static void fill(SqliteStore store) {
    EncryptedValue value = new EncryptedValue(CANARY.getBytes(ISO_8859_1));
    store
        .credentials()
        .add(
            List.of(Samples.credential(GITHUB, 1), Samples.credential(DATABASE, 0)),
            Map.of(GITHUB, value));
    store.credentials().rotate(Samples.credential(GITHUB, 2), value, 1);
    store.agents().add(Samples.agent(MAIN));
    store.runs().start(Samples.run("r_1", MAIN));
    store.grants().issue(Samples.grant(1, GITHUB, MAIN, 3, Optional.of("r_1")));
    store.grants().issue(Samples.grant(2, DATABASE, MAIN, 0, Optional.empty()));
    store.settings().putSetting("name", "value");
    store
        .factors()
        .proposeTotp(
            new StoredTotp(ALICE, 1, Totp.DEFAULT, value, false, false, TestClock.START, 0, 0));
    store.factors().confirmTotp(ALICE, 1, 1, 0, Set.of(TokenHash.of(CANARY)));
  }

  private void assertUnchangedBy(ErrorCode code, ThrowingCallable call) {
    byte[] before = content();
    assertThat(codeOf(call)).isEqualTo(code);
    assertThat(content()).isEqualTo(before);
  }

  private byte[] content() {
    try {
      return Files.readAllBytes(home.database());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] garbage() {
    byte[] bytes = new byte[20_000];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private static ErrorCode codeOf(ThrowingCallable call) {
    return catchThrowableOfType(RefusedException.class, call).problem().code();
  }
}
