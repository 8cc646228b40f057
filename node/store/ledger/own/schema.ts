import type { Migration } from '../../database.ts'
import { LOG_TABLES } from '../shared/schema.ts'

/** `ledger.db`: the tables of a log, and what only its owner keeps. */
export const OWN_LOG_MIGRATIONS: readonly Migration[] = [
  LOG_TABLES,
  `
  -- Notes by this community's own key that its log does not agree with: while there is one, nothing is signed.
  CREATE TABLE contradiction (
    note TEXT PRIMARY KEY,
    noticed_at INTEGER NOT NULL
  ) STRICT;
  -- Certificate by which the seats closed the predecessor.
  CREATE TABLE closing (
    log INTEGER PRIMARY KEY,
    certificate BLOB NOT NULL
  ) STRICT;
  `,
  `
  -- Which entry sent or took each transfer between logs, and which ended it: follows from the entries.
  CREATE TABLE crossing (
    log INTEGER NOT NULL,
    way TEXT NOT NULL,
    peer BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    order_id BLOB NOT NULL,
    payer BLOB,
    expiry INTEGER,
    ended INTEGER,
    settled_at TEXT,
    written INTEGER,
    -- Of what was given up: how much, fine units, and of what.
    given TEXT,
    asset TEXT,
    PRIMARY KEY (log, way, peer, sequence)
  ) STRICT, WITHOUT ROWID;
  -- Which entries made heads of other logs known.
  CREATE TABLE learned (
    log INTEGER NOT NULL,
    peer BLOB NOT NULL,
    idx INTEGER NOT NULL,
    PRIMARY KEY (log, peer, idx)
  ) STRICT, WITHOUT ROWID;
  -- Sums over entries, fine units: by how much each debt to another community was ever reduced, and what was given up toward it.
  CREATE TABLE counter (
    log INTEGER NOT NULL,
    name TEXT NOT NULL,
    asset TEXT NOT NULL,
    total TEXT NOT NULL,
    PRIMARY KEY (log, name, asset)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX crossing_open ON crossing (log, peer, sequence) WHERE way = 'out' AND ended IS NULL;
  CREATE INDEX crossing_due ON crossing (log, expiry) WHERE way = 'out' AND ended IS NULL AND written IS NULL;
  CREATE INDEX crossing_order ON crossing (log, order_id);
  CREATE INDEX crossing_payer ON crossing (log, payer, idx) WHERE payer IS NOT NULL;
  `,
]
