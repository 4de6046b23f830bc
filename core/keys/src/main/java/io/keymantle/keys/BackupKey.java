package io.keymantle.keys;

import java.security.SecureRandom;

/// The key under which a backup is written. The holder closes it.
public final class BackupKey implements AutoCloseable {
  private final RootKeyHeader header;
  private final byte[] key;

  private BackupKey(RootKeyHeader header, byte[] key) {
    this.header = header;
    this.key = key;
  }

  /// A backup that opens with this passphrase or key file, whatever opens the home.
  public static BackupKey create(RootKey rootKey, SecureRandom random) {
    RootKeyHeader.Derived derived = RootKeyHeader.create(rootKey, random);
    try {
      return of(derived.header(), derived.rootKey());
    } finally {
      Aead.zero(derived.rootKey());
    }
  }

  static BackupKey of(RootKeyHeader header, byte[] rootKey) {
    return new BackupKey(header, Aead.derive(rootKey, header.salt(), "keymantle backup 1"));
  }

  RootKeyHeader header() {
    return header;
  }

  byte[] derive(byte[] fileSalt) {
    return Aead.derive(key, fileSalt, "keymantle backup file 1");
  }

  @Override
  public void close() {
    Aead.zero(key);
  }

  @Override
  public String toString() {
    return "[backup key]";
  }
}
