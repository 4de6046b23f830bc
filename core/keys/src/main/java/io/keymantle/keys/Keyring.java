package io.keymantle.keys;

import io.keymantle.domain.ErrorCode;
import io.keymantle.domain.HomeDirectory;
import io.keymantle.domain.RefusedException;
import io.keymantle.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;

/// All keys of a home, in `keys/keyring`, encrypted under its [RootKey]: the key-encryption keys of
/// records by version, the ledger's signing seed, the intake key, the root certificate's key, and
/// the key of keyed hashes. Thread-safe.
///
/// Guarantees: the file is replaced atomically and durably; a wrong key, a damaged file and a newer
/// format are each refused by their own code and change nothing; keys are zeroed by [#close]; where
/// an accessor hands out key material, it is a copy that the caller closes.
///
/// Not guaranteed: an older copy of the whole home put back is not noticed here; the ledger's
/// witnessed checkpoint shows that.
public final class Keyring implements AutoCloseable {
  private final Path home;
  private final SecureRandom random;
  private final KeyringContents contents;
  private RootKeyHeader header;
  private byte[] rootKey;
  private boolean closed;

  private Keyring(
      Path home,
      SecureRandom random,
      RootKeyHeader header,
      byte[] rootKey,
      KeyringContents contents) {
    this.home = home;
    this.random = random;
    this.header = header;
    this.rootKey = rootKey;
    this.contents = contents;
  }

  /// Makes the keys of a new home: directory `keys` (0700), keyring, and the root certificate at
  /// `ca.pem`. A key file that does not exist yet is made as well.
  ///
  /// @param hostname stands in the root certificate's name, so that a person can tell it apart
  /// @throws RefusedException with `already_exists` when the home has a keyring
  public static Keyring create(
      Path home, RootKey key, String hostname, Clock clock, SecureRandom random) {
    Path file = file(home);
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw RefusedException.of(
          ErrorCode.ALREADY_EXISTS, "the home has its keys already", "run keymantle up");
    }
    PrivateFiles.createDirectory(home.resolve("keys"));
    prepare(key, random);
    RootCertificate root = RootCertificate.create(hostname, clock, random);
    SortedMap<Integer, byte[]> keyEncryptionKeys = new TreeMap<>();
    keyEncryptionKeys.put(1, randomKey(random));
    KeyringContents contents =
        new KeyringContents(
            keyEncryptionKeys,
            randomKey(random),
            randomKey(random),
            randomKey(random),
            root.encodedKey(),
            root.encodedCertificate());
    RootKeyHeader.Derived derived = RootKeyHeader.create(key, random);
    Keyring keyring = new Keyring(home, random, derived.header(), derived.rootKey(), contents);
    // The keyring comes last: without it the home counts as not made, and init can run again.
    keyring.publishCertificate();
    keyring.write();
    return keyring;
  }

  /// Opens the keys of a home. With a passphrase this takes about 130 ms.
  ///
  /// @throws RefusedException with `home_missing`, `home_unsafe`, `wrong_key`, `home_damaged` or
  ///   `schema_newer`; nothing is changed
  public static Keyring open(Path home, RootKey key, SecureRandom random) {
    Path file = file(home);
    KeyringFile.Sealed sealed = KeyringFile.read(file);
    byte[] rootKey = sealed.header().derive(key, "this home");
    try {
      KeyringContents contents = KeyringFile.open(file, sealed, rootKey);
      return new Keyring(home, random, sealed.header(), rootKey.clone(), contents);
    } finally {
      Aead.zero(rootKey);
    }
  }

  /// What protects the keys of a home; reads only what stands in clear.
  ///
  /// @throws RefusedException as [#open], but for `wrong_key`
  public static RootKey.Protection protection(Path home) {
    return KeyringFile.read(file(home)).header().protection();
  }

  /// The key file that [#create] is given when there is no passphrase.
  public static Path defaultKeyFile(Path home) {
    return new HomeDirectory(home).keyFile();
  }

  /// The public root certificate of the home, PEM, mode 0644.
  public static Path certificateFile(Path home) {
    return new HomeDirectory(home).rootCertificate();
  }

  private static Path file(Path home) {
    return new HomeDirectory(home).keyring();
  }

  /// Encryption of records under this keyring.
  public Envelopes envelopes() {
    return new Envelopes(this, random);
  }

  /// The authority that signs the gateway's certificates.
  public synchronized InterceptionAuthority interceptionAuthority(Clock clock) {
    requireOpen();
    return new InterceptionAuthority(
        RootCertificate.restore(contents.rootPrivateKey(), contents.rootCertificate()),
        clock,
        random);
  }

  /// Writes the public root certificate to [#certificateFile], as after a restore.
  public synchronized void publishCertificate() {
    requireOpen();
    PrivateFiles.write(
        certificateFile(home), Pem.certificate(contents.rootCertificate()), "rw-r--r--");
  }

  /// The public root certificate.
  public synchronized X509Certificate rootCertificate() {
    requireOpen();
    return Signing.parse(contents.rootCertificate());
  }

  /// The Ed25519 seed that signs the ledger's checkpoints: 32 bytes. The caller closes it.
  public synchronized SecretBytes ledgerSeed() {
    requireOpen();
    return SecretBytes.copyOf("ledger seed", contents.ledgerSeed());
  }

  /// The X25519 private key of intake: 32 bytes. The caller closes it.
  public synchronized SecretBytes intakePrivateKey() {
    requireOpen();
    return SecretBytes.copyOf("intake key", contents.intakePrivateKey());
  }

  /// The X25519 public key of intake: 32 bytes.
  public synchronized byte[] intakePublicKey() {
    requireOpen();
    return new X25519PrivateKeyParameters(contents.intakePrivateKey(), 0)
        .generatePublicKey()
        .getEncoded();
  }

  /// HMAC-SHA256 of the input for one purpose: links records without revealing what they are of.
  public synchronized byte[] keyedHash(String purpose, byte[] input) {
    requireOpen();
    byte[] label = purpose.getBytes(StandardCharsets.UTF_8);
    return Aead.hmac(contents.hashKey(), label, new byte[] {0}, input);
  }

  /// Whether this key is the one that protects the keyring: how a person's session is opened. With
  /// a passphrase this takes about 130 ms.
  public boolean opensWith(RootKey key) {
    RootKeyHeader current;
    synchronized (this) {
      requireOpen();
      current = header;
    }
    try {
      Aead.zero(current.derive(key, "this home"));
      return true;
    } catch (RefusedException e) {
      return false;
    }
  }

  /// The key under which a backup is encrypted when it is to open with what opens this home.
  public synchronized BackupKey backupKey() {
    requireOpen();
    return BackupKey.of(header, rootKey);
  }

  /// Adds a key-encryption key and makes it current. Records move to it by [Envelopes#rekey].
  ///
  /// @return the new version
  public synchronized int rotate() {
    requireOpen();
    int version = currentKeyVersion() + 1;
    contents.keyEncryptionKeys().put(version, randomKey(random));
    try {
      write();
    } catch (RuntimeException e) {
      contents.keyEncryptionKeys().remove(version);
      throw e;
    }
    return version;
  }

  /// Forgets the key-encryption keys before a version, once no record is wrapped under them. What
  /// an older backup of the store holds can then be opened only with that backup's keyring.
  public synchronized void retireBefore(int version) {
    requireOpen();
    if (!hasKeyVersion(version)) {
      throw new IllegalArgumentException("there is no key version " + version);
    }
    SortedMap<Integer, byte[]> retired =
        new TreeMap<>(contents.keyEncryptionKeys().headMap(version));
    contents.keyEncryptionKeys().headMap(version).clear();
    try {
      write();
    } catch (RuntimeException e) {
      contents.keyEncryptionKeys().putAll(retired);
      throw e;
    }
    retired.values().forEach(Aead::zero);
  }

  /// Protects the keyring by another passphrase or key file; a key file that does not exist yet is
  /// made. The keys themselves stay. A key file that is not used any more is the caller's to
  /// delete.
  public synchronized void changeRootKey(RootKey next) {
    requireOpen();
    prepare(next, random);
    RootKeyHeader.Derived derived = RootKeyHeader.create(next, random);
    KeyringFile.write(file(home), derived.header(), derived.rootKey(), contents, random);
    Aead.zero(rootKey);
    header = derived.header();
    rootKey = derived.rootKey();
  }

  /// The highest version of the key-encryption keys.
  public synchronized int currentKeyVersion() {
    requireOpen();
    return contents.keyEncryptionKeys().lastKey();
  }

  synchronized boolean hasKeyVersion(int version) {
    requireOpen();
    return contents.keyEncryptionKeys().containsKey(version);
  }

  /// A copy that the caller zeroes.
  synchronized byte[] keyEncryptionKey(int version) {
    requireOpen();
    byte[] key = contents.keyEncryptionKeys().get(version);
    if (key == null) {
      throw new IllegalArgumentException("there is no key version " + version);
    }
    return key.clone();
  }

  /// Zeroes every key. Idempotent.
  @Override
  public synchronized void close() {
    closed = true;
    contents.zero();
    Aead.zero(rootKey);
  }

  private static void prepare(RootKey key, SecureRandom random) {
    if (key instanceof RootKey.KeyFile keyFile
        && !Files.exists(keyFile.path(), LinkOption.NOFOLLOW_LINKS)) {
      PrivateFiles.createKeyFile(keyFile.path(), random);
    }
  }

  private void write() {
    KeyringFile.write(file(home), header, rootKey, contents, random);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the keyring is closed");
    }
  }

  private static byte[] randomKey(SecureRandom random) {
    byte[] key = new byte[Aead.KEY_LENGTH];
    random.nextBytes(key);
    return key;
  }

  @Override
  public String toString() {
    return "[keyring of " + home + "]";
  }
}
