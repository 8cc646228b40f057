import type { Migration } from '../../database.ts'

/**
 * Copies of other communities' logs, followed and audited ones side by side: a log that is both is kept and executed
 * once. `segment` holds runs of entries, each behind its length in two bytes (the bundle form of C2SP tlog-tiles);
 * `tile` the hashes of complete subtrees, 256 to a row, level L over 256^L leaves. A file of the first version holds logs of
 * another form; their communities serve them anew.
 */
export const COPY_MIGRATIONS: readonly Migration[] = [
  '',
  `
  DROP TABLE IF EXISTS evidence; DROP TABLE IF EXISTS announced; DROP TABLE IF EXISTS head;
  DROP TABLE IF EXISTS earned; DROP TABLE IF EXISTS balance; DROP TABLE IF EXISTS executed;
  DROP TABLE IF EXISTS node; DROP TABLE IF EXISTS entry; DROP TABLE IF EXISTS log;
  CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL UNIQUE,
    community BLOB NOT NULL,
    generation INTEGER NOT NULL,
    size INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    UNIQUE (community, generation)
  ) STRICT;
  CREATE TABLE segment (
    log INTEGER NOT NULL REFERENCES log (id),
    first INTEGER NOT NULL,
    count INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (log, first)
  ) STRICT;
  CREATE TABLE tile (
    log INTEGER NOT NULL REFERENCES log (id),
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (log, level, idx)
  ) STRICT;
  -- Signed notes that cover what is held: the newest, and the newest that a quorum certified.
  CREATE TABLE head (
    log INTEGER NOT NULL REFERENCES log (id),
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL,
    final INTEGER NOT NULL,
    PRIMARY KEY (log, size)
  ) STRICT;
  -- What this stage promised as an auditor: it signs no other history than this, ever. One row a log.
  CREATE TABLE seat (
    log INTEGER PRIMARY KEY REFERENCES log (id),
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    state_root BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    note TEXT NOT NULL,
    line TEXT NOT NULL,
    closed INTEGER NOT NULL
  ) STRICT;
  -- Who got what of a receipt: known when it is executed, and shown without executing again.
  CREATE TABLE lines (
    log INTEGER NOT NULL REFERENCES log (id),
    idx INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (log, idx)
  ) STRICT;
  CREATE TABLE snapshot (
    log INTEGER NOT NULL REFERENCES log (id),
    part INTEGER NOT NULL,
    size INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (log, part)
  ) STRICT;
  -- Self-contained: each row convicts on its own, whatever becomes of the copies.
  CREATE TABLE evidence (
    id BLOB PRIMARY KEY,
    community BLOB NOT NULL,
    kind TEXT NOT NULL,
    body BLOB NOT NULL,
    noticed_at INTEGER NOT NULL
  ) STRICT;
  `,
]
