-- Passwords are PHC strings, invitations and sessions SHA-256, those of sessions keyed.

CREATE TABLE person (
  name TEXT PRIMARY KEY NOT NULL,
  role TEXT NOT NULL,
  password TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  last_login_at INTEGER,
  invitation BLOB CHECK (length(invitation) = 32),
  invitation_expires_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
  token BLOB PRIMARY KEY NOT NULL CHECK (length(token) = 32),
  person TEXT,
  kind TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE session_secret (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  secret BLOB NOT NULL
) STRICT;

CREATE TABLE login_attempt (
  subject TEXT PRIMARY KEY NOT NULL,
  wrong INTEGER NOT NULL,
  locks INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  locked_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
