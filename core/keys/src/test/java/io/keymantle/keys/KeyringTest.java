package io.keymantle.keys;

import static io.keymantle.keys.KeyringFixture.CLOCK;
import static io.keymantle.keys.KeyringFixture.RANDOM;
import static io.keymantle.keys.KeyringFixture.bytesOf;
import static io.keymantle.keys.KeyringFixture.codeOf;
import static io.keymantle.keys.KeyringFixture.keyFile;
import static io.keymantle.keys.KeyringFixture.passphrase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.RefusedException;
import io.keymantle.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KeyringTest {
  @TempDir private Path home;

  @Test
  void keyring_ofAPassphrase_opensWithItAndWithNothingElse() {
    byte[] seed;
    try (Keyring created =
        Keyring.create(home, passphrase("correct horse"), "laptop", CLOCK, RANDOM)) {
      seed = bytesOf(created.ledgerSeed());
      assertThat(created.opensWith(passphrase("correct horse"))).isTrue();
      assertThat(created.opensWith(passphrase("correct hors"))).isFalse();
      assertThat(created.opensWith(keyFile(home))).isFalse();
    }
    assertThat(Keyring.protection(home)).isEqualTo(RootKey.Protection.PASSPHRASE);

    try (Keyring opened = Keyring.open(home, passphrase("correct horse"), RANDOM)) {
      assertThat(bytesOf(opened.ledgerSeed())).isEqualTo(seed);
    }
    assertUnchangedBy(
        ErrorCode.WRONG_KEY, () -> Keyring.open(home, passphrase("Correct horse"), RANDOM));
    assertUnchangedBy(ErrorCode.WRONG_KEY, () -> Keyring.open(home, passphrase(""), RANDOM));
    assertUnchangedBy(ErrorCode.WRONG_KEY, () -> Keyring.open(home, keyFile(home), RANDOM));
  }

  @Test
  void wrongPassphrase_isNotInTheMessage() {
    Keyring.create(home, passphrase("right"), "laptop", CLOCK, RANDOM).close();

    assertThatThrownBy(() -> Keyring.open(home, passphrase("canary-wrong"), RANDOM))
        .isInstanceOf(RefusedException.class)
        .hasMessageNotContaining("canary");
  }

  @Test
  void keyring_ofAKeyFile_makesItPrivateAndOpensWithIt() throws IOException {
    KeyringFixture.create(home).close();

    Path keyFile = Keyring.defaultKeyFile(home);
    assertThat(Files.size(keyFile)).isEqualTo(32);
    assertThat(permissions(keyFile)).isEqualTo("rw-------");
    assertThat(permissions(home.resolve("keys"))).isEqualTo("rwx------");
    assertThat(permissions(home.resolve("keys/keyring"))).isEqualTo("rw-------");
    assertThat(permissions(home.resolve("ca.pem"))).isEqualTo("rw-r--r--");
    assertThat(Keyring.protection(home)).isEqualTo(RootKey.Protection.KEY_FILE);
    KeyringFixture.open(home).close();
  }

  @Test
  void anotherKeyFile_isTheWrongKey() throws IOException {
    KeyringFixture.create(home).close();
    Path keyFile = Keyring.defaultKeyFile(home);
    byte[] other = Files.readAllBytes(keyFile);
    other[0] ^= 1;
    Files.write(keyFile, other);

    assertUnchangedBy(ErrorCode.WRONG_KEY, () -> KeyringFixture.open(home));
    Files.write(keyFile, new byte[31]);
    assertUnchangedBy(ErrorCode.WRONG_KEY, () -> KeyringFixture.open(home));
    Files.delete(keyFile);
    assertUnchangedBy(ErrorCode.HOME_MISSING, () -> KeyringFixture.open(home));
  }

  @Test
  void filesOpenToOthers_areRefused() throws IOException {
    KeyringFixture.create(home).close();
    for (Path file : new Path[] {Keyring.defaultKeyFile(home), home.resolve("keys/keyring")}) {
      for (String open : new String[] {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-"}) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));
        assertUnchangedBy(ErrorCode.HOME_UNSAFE, () -> KeyringFixture.open(home));
      }
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    KeyringFixture.open(home).close();
  }

  @Test
  void aSymbolicLink_isNoKeyFile(@TempDir Path elsewhere) throws IOException {
    KeyringFixture.create(home).close();
    Path keyFile = Keyring.defaultKeyFile(home);
    Path moved = elsewhere.resolve("root.key");
    Files.move(keyFile, moved);
    Files.createSymbolicLink(keyFile, moved);

    assertThat(codeOf(() -> KeyringFixture.open(home))).isEqualTo(ErrorCode.HOME_UNSAFE);
  }

  @Test
  void keyring_withAnyByteChanged_isDamagedAndLeftAlone() throws IOException {
    KeyringFixture.create(home).close();
    Path file = home.resolve("keys/keyring");
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 0x20;
      Files.write(file, changed);
      assertThat(codeOf(() -> KeyringFixture.open(home)))
          .as("byte %d", i)
          .isEqualTo(ErrorCode.HOME_DAMAGED);
    }
    for (int length : new int[] {0, 5, 8, 40, 100, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertUnchangedBy(ErrorCode.HOME_DAMAGED, () -> KeyringFixture.open(home));
    }
  }

  @Test
  void keyring_changedByOneWhoMendsTheDigest_isStillRefused() throws Exception {
    KeyringFixture.create(home).close();
    Path file = home.resolve("keys/keyring");
    byte[] whole = Files.readAllBytes(file);
    for (int i = 8; i < whole.length - 32; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 0x20;
      Files.write(file, withDigest(changed));
      assertThat(codeOf(() -> KeyringFixture.open(home)))
          .as("byte %d", i)
          .isIn(ErrorCode.HOME_DAMAGED, ErrorCode.WRONG_KEY);
    }
  }

  @Test
  void keyring_ofANewerFormat_isToldApartAndLeftAlone() throws Exception {
    KeyringFixture.create(home).close();
    Path file = home.resolve("keys/keyring");
    byte[] newer = Files.readAllBytes(file);
    newer[7] = 2;
    Files.write(file, withDigest(newer));

    assertUnchangedBy(ErrorCode.SCHEMA_NEWER, () -> KeyringFixture.open(home));
  }

  @Test
  void aMissingHome_isSaidSo() {
    assertThat(codeOf(() -> KeyringFixture.open(home))).isEqualTo(ErrorCode.HOME_MISSING);
    assertThat(codeOf(() -> Keyring.protection(home))).isEqualTo(ErrorCode.HOME_MISSING);
  }

  @Test
  void create_inAHomeThatHasKeys_isRefusedAndChangesNothing() {
    KeyringFixture.create(home).close();

    assertUnchangedBy(ErrorCode.ALREADY_EXISTS, () -> KeyringFixture.create(home));
  }

  @Test
  void changeRootKey_keepsTheKeysAndShutsOutTheOldPassphrase() {
    byte[] seed;
    try (Keyring keyring = Keyring.create(home, passphrase("old"), "laptop", CLOCK, RANDOM)) {
      seed = bytesOf(keyring.ledgerSeed());
      keyring.changeRootKey(passphrase("new"));
      assertThat(keyring.opensWith(passphrase("old"))).isFalse();
      keyring.rotate();
    }

    assertThat(codeOf(() -> Keyring.open(home, passphrase("old"), RANDOM)))
        .isEqualTo(ErrorCode.WRONG_KEY);
    try (Keyring keyring = Keyring.open(home, passphrase("new"), RANDOM)) {
      assertThat(bytesOf(keyring.ledgerSeed())).isEqualTo(seed);
      assertThat(keyring.currentKeyVersion()).isEqualTo(2);
    }
  }

  @Test
  void changeRootKey_toAKeyFile_makesIt() {
    try (Keyring keyring = Keyring.create(home, passphrase("old"), "laptop", CLOCK, RANDOM)) {
      keyring.changeRootKey(keyFile(home));
    }

    KeyringFixture.open(home).close();
    assertThat(Keyring.protection(home)).isEqualTo(RootKey.Protection.KEY_FILE);
  }

  @Test
  void anEmptyPassphrase_protectsNothing() {
    assertThat(codeOf(() -> Keyring.create(home, passphrase(""), "laptop", CLOCK, RANDOM)))
        .isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(home.resolve("keys/keyring")).doesNotExist();
  }

  @Test
  void aHomeThatCannotBeWritten_isSaidSo() throws IOException {
    Path file = Files.createFile(home.resolve("in-the-way"));

    assertThat(codeOf(() -> KeyringFixture.create(file))).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
  }

  @Test
  void rotation_survivesReopening() {
    try (Keyring keyring = KeyringFixture.create(home)) {
      keyring.rotate();
      keyring.rotate();
      keyring.retireBefore(3);
    }
    try (Keyring keyring = KeyringFixture.open(home)) {
      assertThat(keyring.currentKeyVersion()).isEqualTo(3);
      assertThat(keyring.hasKeyVersion(2)).isFalse();
    }
  }

  @Test
  void reopenedKeyring_hasTheSameKeys() {
    try (Keyring created = KeyringFixture.create(home);
        Keyring opened = KeyringFixture.open(home)) {
      assertThat(bytesOf(opened.intakePrivateKey())).isEqualTo(bytesOf(created.intakePrivateKey()));
      assertThat(opened.rootCertificate()).isEqualTo(created.rootCertificate());
      assertThat(opened.keyedHash("client", new byte[] {1}))
          .isEqualTo(created.keyedHash("client", new byte[] {1}))
          .isNotEqualTo(created.keyedHash("other", new byte[] {1}))
          .hasSize(32);
      assertThat(opened.intakePublicKey())
          .isEqualTo(
              new X25519PrivateKeyParameters(bytesOf(opened.intakePrivateKey()), 0)
                  .generatePublicKey()
                  .getEncoded());
    }
  }

  @Test
  void toString_containsNoKeyMaterial() throws IOException {
    try (Keyring keyring = KeyringFixture.create(home)) {
      assertThat(keyring).hasToString("[keyring of " + home + "]");
      assertThat(keyring.backupKey()).hasToString("[backup key]");
      assertThat(passphrase("canary").toString()).doesNotContain("canary");
    }
  }

  @Test
  void closedKeyring_givesNothing() {
    Keyring keyring = KeyringFixture.create(home);
    SecretBytes seed = keyring.ledgerSeed();
    keyring.close();
    keyring.close();

    assertThat(bytesOf(seed)).isNotEqualTo(new byte[32]);
    assertThatThrownBy(keyring::ledgerSeed).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> keyring.keyedHash("x", new byte[0]))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(keyring::rotate).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void files_holdNoKeyInClear() throws IOException {
    try (Keyring keyring = KeyringFixture.create(home)) {
      String seed = latin1(bytesOf(keyring.ledgerSeed()));
      String intake = latin1(bytesOf(keyring.intakePrivateKey()));
      try (Stream<Path> files = Files.walk(home)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(latin1(Files.readAllBytes(file))).doesNotContain(seed, intake);
        }
      }
      assertThat(home.resolve("keys")).isDirectoryContaining(f -> f.endsWith("keyring"));
      assertThat(home.resolve("keys")).isDirectoryNotContaining(f -> f.toString().endsWith(".new"));
    }
  }

  private void assertUnchangedBy(ErrorCode code, ThrowingCallable call) {
    String before = fingerprint();
    assertThat(codeOf(call)).isEqualTo(code);
    assertThat(fingerprint()).isEqualTo(before);
  }

  private String fingerprint() {
    try (Stream<Path> files = Files.walk(home)) {
      StringBuilder all = new StringBuilder();
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        all.append(file)
            .append(Files.getLastModifiedTime(file))
            .append(HexFormat.of().formatHex(Files.readAllBytes(file)));
      }
      return all.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] withDigest(byte[] file) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(file, 0, file.length - 32);
    System.arraycopy(digest.digest(), 0, file, file.length - 32, 32);
    return file;
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static String latin1(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
