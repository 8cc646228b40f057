import type { Migration } from '../database.ts'

/**
 * One schema for the own log and for followed ones; `log` says which. Amounts are decimal text, because a 64-bit
 * unsigned integer does not fit SQLite's signed one. `node` holds the hash of every complete subtree, leaves at level 0,
 * so that any root or proof takes O(log n) reads.
 */
export const LEDGER_MIGRATIONS: readonly Migration[] = [
  `
  CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    community BLOB NOT NULL UNIQUE,
    last_at INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE entry (
    log INTEGER NOT NULL REFERENCES log (id),
    idx INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (log, idx)
  ) STRICT;
  CREATE TABLE node (
    log INTEGER NOT NULL,
    level INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (log, level, idx)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE executed (
    log INTEGER NOT NULL,
    order_id BLOB NOT NULL,
    idx INTEGER NOT NULL,
    PRIMARY KEY (log, order_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE balance (
    log INTEGER NOT NULL,
    account BLOB NOT NULL,
    asset TEXT NOT NULL,
    units TEXT NOT NULL,
    PRIMARY KEY (log, account, asset)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE earned (
    log INTEGER NOT NULL,
    release TEXT NOT NULL,
    party TEXT NOT NULL,
    asset TEXT NOT NULL,
    units TEXT NOT NULL,
    PRIMARY KEY (log, release, party, asset)
  ) STRICT, WITHOUT ROWID;
  -- Signed heads: the last one of the own log; of a followed log the last that its entries reach, and all beyond.
  CREATE TABLE head (
    log INTEGER NOT NULL,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (log, size)
  ) STRICT, WITHOUT ROWID;
  -- Announcements that no head with stored entries covers yet: an entry beyond a gap, or the proof of one before it.
  CREATE TABLE announced (
    log INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    message BLOB NOT NULL,
    PRIMARY KEY (log, idx)
  ) STRICT;
  -- Proof that a community signed two histories, or an entry that breaks the rules.
  CREATE TABLE evidence (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL,
    kind TEXT NOT NULL,
    size INTEGER NOT NULL,
    held TEXT NOT NULL,
    seen TEXT NOT NULL,
    message BLOB NOT NULL,
    noticed_at INTEGER NOT NULL,
    UNIQUE (log, kind, held, seen)
  ) STRICT;
  `,
]
