package io.keymantle.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymantle.demo.KeymantleCommand.Result;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A home has one holder, and whatever is wrong with it is said before anything is changed.
@Tag("slow")
class HomeGuardsE2E {
  private static final String PASSPHRASE = "five random words are enough";

  @TempDir Path folder;

  /// Sealed or open, the broker that runs keeps its socket.
  @Test
  void home_hasOneHolder() throws IOException {
    TestHome home = TestHome.none(folder);
    home.mustWithInput(PASSPHRASE, "init", "--passphrase-stdin");
    try (home) {
      home.must("up");
      String sealed = home.json("status", "--json").get("pid").asString();

      assertLocked(home.run("up"));
      home.mustWithInput(PASSPHRASE, "login");
      assertLocked(home.run("up"));
      assertLocked(home.withInput(PASSPHRASE, "up", "--passphrase-stdin"));
      assertLocked(home.withInput(PASSPHRASE, "rekey", "--passphrase-stdin"));

      assertThat(home.json("status", "--json").get("pid").asString()).isEqualTo(sealed);
      home.must("backup", folder.resolve("while-it-runs.backup").toString());
    }
  }

  private static void assertLocked(Result result) {
    assertThat(result.status()).as(result.all()).isEqualTo(1);
    assertThat(result.errors())
        .contains("home_locked")
        .contains("fix: keymantle down, then try again");
    assertThat(result.errors().lines()).hasSize(1);
  }

  @Test
  void portThatIsTaken_isRefusedWithACommandThatWorks() throws IOException {
    TestHome home = TestHome.made(folder);
    try (home;
        var taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getByName("127.0.0.1"))) {
      Result result =
          home.run("up", "--gateway-port", Integer.toString(taken.getLocalPort()), "--json");

      assertThat(result.status()).as(result.all()).isEqualTo(1);
      assertThat(TestHome.parse(result.output()).get("code").asString())
          .isEqualTo("invalid_configuration");
      String fix = TestHome.parse(result.output()).get("fix").asString();
      assertThat(fix).isEqualTo("keymantle up --gateway-port 0");
      home.must(fix.replace("keymantle ", "").split(" "));
    }
  }

  @Test
  void whatIsWrongWithAHome_hasACodeOfItsOwn_andChangesNothing() throws IOException {
    TestHome home = TestHome.none(folder);
    home.mustWithInput(PASSPHRASE, "init", "--passphrase-stdin");
    Path database = home.path().resolve("keymantle.db");
    Path keyring = home.path().resolve("keys/keyring");

    assertRefused(home, "no such words", "wrong_key");
    changed(database, 60, 0x7f, () -> assertRefused(home, PASSPHRASE, "schema_newer"));
    changed(database, 3, 0x7f, () -> assertRefused(home, PASSPHRASE, "home_damaged"));
    changed(
        keyring,
        Files.size(keyring) / 2,
        0x7f,
        () -> assertRefused(home, PASSPHRASE, "home_damaged", "wrong_key"));
    byte[] whole = Files.readAllBytes(database);
    Files.write(database, java.util.Arrays.copyOf(whole, whole.length / 2));
    assertRefused(home, PASSPHRASE, "home_damaged");
    Files.write(database, whole);

    home.mustWithInput(PASSPHRASE, "up", "--passphrase-stdin");
    home.close();
  }

  private interface Check {
    void run() throws IOException;
  }

  /// Changes one byte for the time of a check.
  private static void changed(Path file, long at, int mask, Check check) throws IOException {
    flip(file, at, mask);
    check.run();
    flip(file, at, mask);
  }

  private static void flip(Path file, long at, int mask) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(at);
      int before = bytes.read();
      bytes.seek(at);
      bytes.write(before ^ mask);
    }
  }

  private static void assertRefused(TestHome home, String passphrase, String... codes)
      throws IOException {
    Map<Path, String> before = contents(home.path());

    for (String[] words :
        new String[][] {{"up", "--passphrase-stdin"}, {"rekey", "--passphrase-stdin"}}) {
      Result result = home.withInput(passphrase, words);
      assertThat(result.status()).as(result.all()).isEqualTo(1);
      assertThat(result.errors()).containsAnyOf(codes).contains("fix:");
      assertThat(result.errors().lines()).hasSize(1);
    }

    assertThat(contents(home.path())).isEqualTo(before);
  }

  /// Everything but the lock and the log, which say who tried, and the empty files that SQLite
  /// works with.
  private static Map<Path, String> contents(Path home) throws IOException {
    Map<Path, String> contents = new HashMap<>();
    try (var files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = home.relativize(file).toString();
        boolean working = name.endsWith("-shm") || (name.endsWith("-wal") && Files.size(file) == 0);
        if (!name.startsWith("run/") && !name.startsWith("logs/") && !working) {
          contents.put(file, sha256(Files.readAllBytes(file)));
        }
      }
    }
    return contents;
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
