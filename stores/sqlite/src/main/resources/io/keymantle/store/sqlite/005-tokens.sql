-- Tokens of services, as SHA-256. expires_at is 0 for one without an end, rotate_seconds for one
-- that need not be rotated.

CREATE TABLE service_token (
  token BLOB PRIMARY KEY NOT NULL CHECK (length(token) = 32),
  service TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  rotate_seconds INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
