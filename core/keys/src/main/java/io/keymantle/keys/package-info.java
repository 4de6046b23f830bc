/// The home's keys and what is made with them. Use [Keyring] to create or open the keys of a home,
/// [Envelopes] to encrypt records, [InterceptionAuthority] for the certificates of the gateway, and
/// [BackupFile] to encrypt a backup. [RootKey] says what protects the keyring; [PasswordHash]
/// hashes the passwords of people.
///
/// AES-256-GCM, HKDF and P-256 come from the JDK; Argon2id, Ed25519, X25519 and certificate
/// building from Bouncy Castle's lightweight API, with no provider registered.
@NullMarked
package io.keymantle.keys;

import org.jspecify.annotations.NullMarked;
