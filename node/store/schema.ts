import { BALLOT_TABLES, BALLOTS } from './ballots.ts'
import { CAPTION_TABLES, CAPTIONS } from './captions.ts'
import { CREDIT_TABLES, CREDITS } from './credits.ts'
import type { Migration } from './database.ts'
import { EDIT_TABLES, EDITS } from './edits.ts'
import { HANDLE_TABLES, HANDLES } from './handles.ts'
import { SETTINGS, SPOKEN } from './joining.ts'
import { BLOCK_LISTS, HIDDEN, MODERATION, MODERATION_TABLES } from './moderation-tables.ts'
import { NOTICE_TABLES, NOTICES } from './notices.ts'
import { OFFER_TABLES, OFFERS } from './offers.ts'
import { PASSKEYS } from './passkeys.ts'
import { ROOM_LOG, ROOM_LOG_TABLES } from './room-log.ts'
import { SEARCH, SEARCH_TABLES } from './search.ts'
import { SIGN_OFFS } from './sign-offs.ts'
import { SURVEY_TABLE } from './survey.ts'
import { UNLOCKS } from './unlocks.ts'

/** The events themselves: the only tables whose loss is a loss. */
const EVENTS = `
CREATE TABLE events (
  position  INTEGER PRIMARY KEY,
  id        BLOB NOT NULL UNIQUE,
  community BLOB NOT NULL,
  author    BLOB NOT NULL,
  seq       INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  type      TEXT NOT NULL,
  bytes     BLOB NOT NULL
) STRICT;
CREATE INDEX events_by_author ON events (community, author, seq);
CREATE INDEX events_by_time ON events (community, at, id);

-- What this stage decided for itself.
CREATE TABLE follows (
  community    BLOB PRIMARY KEY,
  address      TEXT NOT NULL,
  followed_at  INTEGER NOT NULL,
  last_sync_at INTEGER
) STRICT;
CREATE TABLE usage (
  day INTEGER PRIMARY KEY, at INTEGER NOT NULL, bytes INTEGER NOT NULL
) STRICT;
`

/** Read models, in one statement each so that a rebuild can drop and create them. */
const FIRST_PROJECTIONS = `
CREATE TABLE communities (
  community BLOB PRIMARY KEY, name TEXT NOT NULL, about TEXT NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL
) STRICT;
CREATE TABLE releases (
  release TEXT PRIMARY KEY, community BLOB NOT NULL, seq INTEGER NOT NULL, event BLOB NOT NULL,
  published_at INTEGER NOT NULL, root TEXT NOT NULL
) STRICT;
CREATE INDEX releases_by_time ON releases (published_at);
CREATE TABLE withdrawals (
  release TEXT NOT NULL, community BLOB NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (release, community)
) STRICT;
CREATE TABLE messages (
  id BLOB PRIMARY KEY, community BLOB NOT NULL, room TEXT NOT NULL, author BLOB NOT NULL,
  name TEXT NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE INDEX messages_by_room ON messages (community, room, at);
CREATE TABLE reactions (
  target TEXT NOT NULL, emoji TEXT NOT NULL, community BLOB NOT NULL, author BLOB NOT NULL,
  seq INTEGER NOT NULL, id BLOB NOT NULL, held INTEGER NOT NULL, PRIMARY KEY (target, emoji, community, author)
) STRICT;
CREATE TABLE comments (
  id BLOB PRIMARY KEY, community BLOB NOT NULL, release TEXT NOT NULL, author BLOB NOT NULL, name TEXT NOT NULL,
  text TEXT NOT NULL, at INTEGER NOT NULL, track INTEGER, at_ms INTEGER
) STRICT;
CREATE INDEX comments_by_release ON comments (release, at);
CREATE TABLE polls (
  id BLOB PRIMARY KEY, community BLOB NOT NULL, room TEXT NOT NULL, question TEXT NOT NULL, options TEXT NOT NULL,
  closes_at INTEGER NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE TABLE votes (
  poll BLOB NOT NULL, community BLOB NOT NULL, author BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL,
  choice INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (poll, author, seq, id)
) STRICT;
CREATE TABLE plays (
  release TEXT NOT NULL, community BLOB NOT NULL, plays INTEGER NOT NULL, listened_ms INTEGER NOT NULL,
  PRIMARY KEY (release, community)
) STRICT;
CREATE TABLE fans (
  community BLOB NOT NULL, author BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL, following INTEGER NOT NULL,
  PRIMARY KEY (community, author)
) STRICT;
CREATE TABLE moderation (
  community BLOB NOT NULL, scope TEXT NOT NULL, target BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL,
  active INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (community, scope, target)
) STRICT;
`

export const PROJECTION_TABLES = [
  'communities',
  'releases',
  'withdrawals',
  'messages',
  'reactions',
  'comments',
  'polls',
  'votes',
  'plays',
  'fans',
  ...SEARCH_TABLES,
  ...EDIT_TABLES,
  ...MODERATION_TABLES,
  ...OFFER_TABLES,
  ...CREDIT_TABLES,
  ...CAPTION_TABLES,
  ...BALLOT_TABLES,
  ...HANDLE_TABLES,
  ...ROOM_LOG_TABLES,
  ...NOTICE_TABLES,
] as const

/** All read models, as a rebuild creates them. */
export const PROJECTIONS =
  FIRST_PROJECTIONS +
  SEARCH +
  OFFERS +
  EDITS +
  MODERATION +
  BALLOTS +
  HANDLES +
  ROOM_LOG +
  CREDITS +
  NOTICES +
  CAPTIONS +
  HIDDEN

/** Beside the ledger: texts that its entries only commit to, and sums over its receipts. */
const RECEIPTS = `
CREATE TABLE receipt_texts (
  commitment BLOB PRIMARY KEY, salt BLOB NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL
) STRICT;
CREATE TABLE party_accounts (name TEXT PRIMARY KEY, account BLOB NOT NULL) STRICT;
CREATE TABLE earnings_read (
  community BLOB NOT NULL, origin TEXT NOT NULL, size INTEGER NOT NULL, PRIMARY KEY (community, origin)
) STRICT;
CREATE TABLE earnings (
  community BLOB NOT NULL, release TEXT NOT NULL, party TEXT NOT NULL, units TEXT NOT NULL,
  PRIMARY KEY (community, release, party)
) STRICT;
`

export const MIGRATIONS: readonly Migration[] = [
  EVENTS + FIRST_PROJECTIONS,
  RECEIPTS,
  SEARCH,
  OFFERS,
  UNLOCKS,
  EDITS,
  MODERATION + BLOCK_LISTS,
  BALLOTS,
  HANDLES,
  SETTINGS,
  SURVEY_TABLE,
  ROOM_LOG,
  CREDITS,
  PASSKEYS,
  SIGN_OFFS,
  NOTICES,
  CAPTIONS,
  HIDDEN + SPOKEN,
]
