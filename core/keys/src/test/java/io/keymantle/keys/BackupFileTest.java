package io.keymantle.keys;

import static io.keymantle.keys.KeyringFixture.CLOCK;
import static io.keymantle.keys.KeyringFixture.RANDOM;
import static io.keymantle.keys.KeyringFixture.codeOf;
import static io.keymantle.keys.KeyringFixture.keyFile;
import static io.keymantle.keys.KeyringFixture.passphrase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.keymantle.domain.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BackupFileTest {
  private static final int HEADER_LENGTH = 8 + 2 + RootKeyHeader.LENGTH + 32 + 32;

  @TempDir private Path home;
  private RootKey rootKey;

  @BeforeEach
  void createHome() {
    KeyringFixture.create(home).close();
    rootKey = keyFile(home);
  }

  @Test
  void backup_ofAnyLength_roundTrips() throws IOException {
    for (int length : new int[] {0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_000}) {
      byte[] content = content(length);
      assertThat(read(write(content), rootKey)).as("%d bytes", length).isEqualTo(content);
    }
  }

  @Test
  void backup_underAPassphrase_opensWithItOnly() throws IOException {
    byte[] backup;
    try (BackupKey key = BackupKey.create(passphrase("correct"), RANDOM)) {
      backup = write(content(100), key);
    }

    assertThat(read(backup, passphrase("correct"))).isEqualTo(content(100));
    assertThat(codeOf(() -> read(backup, passphrase("wrong")))).isEqualTo(ErrorCode.WRONG_KEY);
    assertThat(codeOf(() -> read(backup, rootKey))).isEqualTo(ErrorCode.WRONG_KEY);
  }

  @Test
  void backup_underTheHomesKey_opensWithWhatOpensTheHome(@TempDir Path other) throws IOException {
    try (Keyring keyring =
            Keyring.create(other, passphrase("of the home"), "laptop", CLOCK, RANDOM);
        BackupKey key = keyring.backupKey()) {
      byte[] backup = write(content(100), key);

      assertThat(read(backup, passphrase("of the home"))).isEqualTo(content(100));
      assertThat(codeOf(() -> read(backup, rootKey))).isEqualTo(ErrorCode.WRONG_KEY);
    }
  }

  @Test
  void backup_cutAnywhere_saysThatItEndsEarly() throws IOException {
    byte[] backup = write(content(65_636));
    int firstChunkEnd = HEADER_LENGTH + 5 + 65_536 + 16;
    int[] lengths = {
      9,
      50,
      HEADER_LENGTH - 1,
      HEADER_LENGTH,
      HEADER_LENGTH + 3,
      HEADER_LENGTH + 5,
      5000,
      firstChunkEnd - 1,
      firstChunkEnd,
      firstChunkEnd + 2,
      firstChunkEnd + 60,
      backup.length - 1
    };
    for (int length : lengths) {
      byte[] cut = Arrays.copyOf(backup, length);
      assertThat(catchThrowable(() -> read(cut, rootKey)))
          .as("cut to %d", length)
          .hasMessageContaining("backup_damaged")
          .hasMessageContaining("ends early");
    }
  }

  @Test
  void backup_withAnyByteChanged_isRefused() throws IOException {
    byte[] backup = write(content(40));
    for (int i = 0; i < backup.length; i++) {
      byte[] changed = backup.clone();
      changed[i] ^= 0x40;
      assertThat(codeOf(() -> read(changed, rootKey)))
          .as("byte %d", i)
          .isIn(ErrorCode.BACKUP_DAMAGED, ErrorCode.SCHEMA_NEWER);
    }
  }

  @Test
  void backup_withChunksSwappedDroppedOrFollowedByMore_isRefused() throws IOException {
    byte[] backup = write(content(3 * 65_536));
    int chunk = 5 + 65_536 + 16;
    byte[] first = Arrays.copyOfRange(backup, HEADER_LENGTH, HEADER_LENGTH + chunk);
    byte[] swapped = backup.clone();
    System.arraycopy(backup, HEADER_LENGTH + chunk, swapped, HEADER_LENGTH, chunk);
    System.arraycopy(first, 0, swapped, HEADER_LENGTH + chunk, chunk);
    byte[] dropped = new byte[backup.length - chunk];
    System.arraycopy(backup, 0, dropped, 0, HEADER_LENGTH);
    System.arraycopy(
        backup, HEADER_LENGTH + chunk, dropped, HEADER_LENGTH, dropped.length - HEADER_LENGTH);
    byte[] followed = Arrays.copyOf(backup, backup.length + 1);
    byte[] endedAtFirst = Arrays.copyOf(backup, HEADER_LENGTH + chunk);
    endedAtFirst[HEADER_LENGTH] = 1;

    for (byte[] changed : new byte[][] {swapped, dropped, followed, endedAtFirst}) {
      assertThat(codeOf(() -> read(changed, rootKey))).isEqualTo(ErrorCode.BACKUP_DAMAGED);
    }
  }

  @Test
  void backup_ofANewerFormat_isToldApart() throws Exception {
    byte[] newer = write(content(10));
    newer[9] = 2;
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(newer, 0, HEADER_LENGTH - 32);
    System.arraycopy(digest.digest(), 0, newer, HEADER_LENGTH - 32, 32);

    assertThat(codeOf(() -> read(newer, rootKey))).isEqualTo(ErrorCode.SCHEMA_NEWER);
  }

  @Test
  void anythingElse_isNoBackup() {
    for (String other : new String[] {"", "KM", "SQLite format 3\0 and so on"}) {
      byte[] bytes = other.getBytes(StandardCharsets.US_ASCII);
      assertThat(codeOf(() -> read(bytes, rootKey))).isEqualTo(ErrorCode.BACKUP_DAMAGED);
    }
  }

  @Test
  void backup_containsNoPlaintext() throws IOException {
    byte[] content = "canary-value-of-backup".repeat(10).getBytes(StandardCharsets.US_ASCII);

    assertThat(new String(write(content), StandardCharsets.ISO_8859_1)).doesNotContain("canary");
  }

  private byte[] write(byte[] content) throws IOException {
    try (Keyring keyring = KeyringFixture.open(home);
        BackupKey key = keyring.backupKey()) {
      return write(content, key);
    }
  }

  private static byte[] write(byte[] content, BackupKey key) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (OutputStream out = BackupFile.write(file, key, RANDOM)) {
      // In uneven pieces, so that chunks and writes do not fall together.
      for (int at = 0; at < content.length; at += 10_007) {
        out.write(content, at, Math.min(10_007, content.length - at));
      }
    }
    return file.toByteArray();
  }

  private static byte[] read(byte[] backup, RootKey key) throws IOException {
    return BackupFile.read(new ByteArrayInputStream(backup), key).readAllBytes();
  }

  private static byte[] content(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
