package io.keymantle.keys;

import io.keymantle.secret.SecretBytes;
import java.nio.file.Path;

/// What protects a keyring or a backup: something that a person knows or a file that only the owner
/// reads. Further providers (OS keychain, KMS) become further permitted types.
public sealed interface RootKey {

  /// A passphrase, stretched with Argon2id (RFC 9106). The holder closes the secret.
  record Passphrase(SecretBytes secret) implements RootKey {}

  /// A file of 32 random bytes, mode 0600 and owned by the reader. An agent under the same user can
  /// read it: it protects a copy of the home, not the home (docs/design.md §4).
  record KeyFile(Path path) implements RootKey {}

  /// Which of the two, as written in the keyring's header.
  enum Protection {
    PASSPHRASE,
    KEY_FILE
  }

  default Protection protection() {
    return switch (this) {
      case Passphrase _ -> Protection.PASSPHRASE;
      case KeyFile _ -> Protection.KEY_FILE;
    };
  }
}
