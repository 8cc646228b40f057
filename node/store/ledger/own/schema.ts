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
]
