import type { Migration } from '../database.ts'

/** `desk.db`: what people did outside every log, and what the log has of it. Its loss is a loss, so it is synced like the ledger. */
export const DESK_MIGRATIONS: readonly Migration[] = [
  `
  CREATE TABLE notes (
    id         BLOB PRIMARY KEY,
    direction  TEXT NOT NULL,
    kind       TEXT NOT NULL,
    other      BLOB NOT NULL,
    amount     TEXT NOT NULL,
    code       TEXT NOT NULL,
    scale      INTEGER NOT NULL,
    memo       BLOB NOT NULL,
    state      TEXT NOT NULL,
    at         INTEGER NOT NULL,
    decided_at INTEGER,
    note       BLOB,
    entry      INTEGER,
    salt       BLOB,
    text       TEXT
  ) STRICT;
  CREATE INDEX notes_by_memo ON notes (direction, memo);
  CREATE INDEX notes_by_time ON notes (at);

  -- Printed cards: their leaves, by which a path to the root in the log is made. The secrets are not here.
  CREATE TABLE batches (
    batch  BLOB PRIMARY KEY,
    label  TEXT NOT NULL,
    leaves BLOB NOT NULL,
    amount TEXT NOT NULL,
    code   TEXT NOT NULL,
    scale  INTEGER NOT NULL,
    expiry INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    entry  INTEGER
  ) STRICT;
  CREATE TABLE revoked (batch BLOB NOT NULL, serial INTEGER NOT NULL, PRIMARY KEY (batch, serial)) STRICT;

  CREATE TABLE settlements (
    id       BLOB PRIMARY KEY,
    debtor   BLOB NOT NULL,
    creditor BLOB NOT NULL,
    code     TEXT NOT NULL,
    scale    INTEGER NOT NULL,
    amount   TEXT NOT NULL,
    number   INTEGER NOT NULL,
    rail     TEXT NOT NULL,
    payee    TEXT NOT NULL,
    state    TEXT NOT NULL,
    receipt  BLOB,
    note     BLOB,
    said     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    entry    INTEGER
  ) STRICT;
  CREATE INDEX settlements_by_pair ON settlements (debtor, creditor, code, scale, number);

  CREATE TABLE nettings (
    id       BLOB PRIMARY KEY,
    document BLOB NOT NULL,
    expiry   INTEGER NOT NULL,
    state    TEXT NOT NULL,
    said     TEXT NOT NULL,
    at       INTEGER NOT NULL,
    entry    INTEGER,
    told     BLOB NOT NULL
  ) STRICT;
  `,
]
