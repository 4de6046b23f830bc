-- Moments are nanoseconds since 1970 (UTC), token hashes SHA-256, envelopes ciphertext.

CREATE TABLE home (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  epoch INTEGER NOT NULL CHECK (epoch > 0)
) STRICT;

INSERT INTO home (id, epoch) VALUES (1, 1);

CREATE TABLE setting (
  name TEXT PRIMARY KEY NOT NULL,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE credential (
  name TEXT PRIMARY KEY NOT NULL,
  spec TEXT NOT NULL,
  value_version INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE value (
  credential TEXT NOT NULL REFERENCES credential (name) ON DELETE CASCADE,
  version INTEGER NOT NULL,
  envelope BLOB NOT NULL,
  PRIMARY KEY (credential, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE agent (
  name TEXT PRIMARY KEY NOT NULL,
  token BLOB NOT NULL CHECK (length(token) = 32),
  egress TEXT NOT NULL,
  allowed TEXT NOT NULL,
  tunnelled TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revoked INTEGER NOT NULL CHECK (revoked IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE run (
  id TEXT PRIMARY KEY NOT NULL,
  agent TEXT NOT NULL,
  trust TEXT NOT NULL,
  token BLOB NOT NULL CHECK (length(token) = 32),
  started_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE issued (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  credential TEXT NOT NULL,
  agent TEXT NOT NULL,
  trust TEXT NOT NULL,
  reason TEXT NOT NULL,
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  uses INTEGER NOT NULL,
  used INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  run TEXT,
  revoked_at INTEGER,
  token BLOB NOT NULL UNIQUE CHECK (length(token) = 32)
) STRICT;

CREATE INDEX issued_live ON issued (expires_at) WHERE revoked_at IS NULL;
