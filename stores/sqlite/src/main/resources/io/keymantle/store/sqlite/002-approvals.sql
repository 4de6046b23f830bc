-- Who made an agent answers for it: a rule may keep that person from approving what it asks for.
ALTER TABLE agent ADD COLUMN owner TEXT NOT NULL DEFAULT 'owner';

-- Bodies are JSON, without values or tokens. A change replaces the version before it, or nothing.
-- ended_at is 0 while an approval is open.
CREATE TABLE approval (
  id TEXT PRIMARY KEY NOT NULL,
  body TEXT NOT NULL,
  version INTEGER NOT NULL CHECK (version > 0),
  created_at INTEGER NOT NULL,
  ended_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX approval_ended ON approval (ended_at) WHERE ended_at > 0;
