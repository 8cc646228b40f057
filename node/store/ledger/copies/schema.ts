import type { Migration } from '../../database.ts'
import { LOG_TABLES } from '../shared/schema.ts'

/**
 * Copies of other communities' logs, followed and audited ones side by side: a log that is both is kept and executed once.
 * A file of the first version holds logs of another form; their communities serve them anew.
 */
export const COPY_MIGRATIONS: readonly Migration[] = [
  '',
  `
  DROP TABLE IF EXISTS evidence; DROP TABLE IF EXISTS announced; DROP TABLE IF EXISTS head;
  DROP TABLE IF EXISTS earned; DROP TABLE IF EXISTS balance; DROP TABLE IF EXISTS executed;
  DROP TABLE IF EXISTS node; DROP TABLE IF EXISTS entry; DROP TABLE IF EXISTS log;
  ${LOG_TABLES}
  -- What limits count: bytes of entries held.
  CREATE TABLE copy (
    log INTEGER PRIMARY KEY REFERENCES log (id),
    size INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  -- What this stage promised as an auditor: it signs no other history than this, ever. One row a log.
  CREATE TABLE seat (
    log INTEGER PRIMARY KEY REFERENCES log (id),
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    state_root BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    entered INTEGER NOT NULL,
    handed INTEGER NOT NULL,
    note TEXT NOT NULL,
    closed INTEGER NOT NULL
  ) STRICT;
  -- Of the own log: the notes by which committees handed it over. Seats that join later ask for them.
  CREATE TABLE handover (
    origin TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (origin, epoch)
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
  `
  -- What makes evidence known: whom it convicts, of what, in which log. Its bytes do not, anybody can write others.
  CREATE TABLE conviction (
    kind TEXT NOT NULL,
    origin TEXT NOT NULL,
    culprit BLOB NOT NULL,
    PRIMARY KEY (kind, origin, culprit)
  ) STRICT;
  `,
]
