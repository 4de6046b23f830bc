-- What people hold beside their session. Of a seed there is ciphertext, of a recovery code a keyed hash; the rest is no secret.

CREATE TABLE factor_person (
  person TEXT PRIMARY KEY NOT NULL,
  totp_versions INTEGER NOT NULL,
  user_handle TEXT UNIQUE
) STRICT, WITHOUT ROWID;

CREATE TABLE factor_gate (
  person TEXT NOT NULL,
  gate TEXT NOT NULL,
  tries INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  locked_until INTEGER NOT NULL,
  PRIMARY KEY (person, gate)
) STRICT, WITHOUT ROWID;

CREATE TABLE totp (
  person TEXT NOT NULL,
  active INTEGER NOT NULL CHECK (active IN (0, 1)),
  version INTEGER NOT NULL,
  algorithm TEXT NOT NULL,
  digits INTEGER NOT NULL,
  envelope BLOB NOT NULL,
  proven INTEGER NOT NULL CHECK (proven IN (0, 1)),
  created_at INTEGER NOT NULL,
  last_step INTEGER NOT NULL,
  drift INTEGER NOT NULL,
  PRIMARY KEY (person, active)
) STRICT, WITHOUT ROWID;

CREATE TABLE passkey (
  id TEXT PRIMARY KEY NOT NULL,
  person TEXT NOT NULL,
  label TEXT NOT NULL,
  attested TEXT NOT NULL,
  counter INTEGER NOT NULL,
  backup_eligible INTEGER NOT NULL CHECK (backup_eligible IN (0, 1)),
  disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  created_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX passkey_person ON passkey (person);

CREATE TABLE recovery_code (
  person TEXT NOT NULL,
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (person, hash)
) STRICT, WITHOUT ROWID;
