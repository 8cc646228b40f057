/**
 * Who moderates, what they decided and what was said about it: of each author the newest word, as the events say it.
 * `standing` is made from them: what holds now for one event (scope `event`), one author (`author`: banned) or one
 * voice (`voice`: muted).
 */
export const MODERATION = `
DROP TABLE IF EXISTS moderation;
CREATE TABLE roles (
  community BLOB NOT NULL, target BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL, moderator INTEGER NOT NULL,
  PRIMARY KEY (community, target)
) STRICT;
CREATE TABLE decisions (
  community BLOB NOT NULL, scope TEXT NOT NULL, target BLOB NOT NULL, author BLOB NOT NULL, seq INTEGER NOT NULL,
  id BLOB NOT NULL, at INTEGER NOT NULL, active INTEGER NOT NULL, until INTEGER NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (community, scope, target, author)
) STRICT;
CREATE INDEX decisions_by_author ON decisions (community, author);
CREATE INDEX decisions_by_id ON decisions (id);
CREATE TABLE appeals (
  id BLOB PRIMARY KEY, community BLOB NOT NULL, decision BLOB NOT NULL, author BLOB NOT NULL, at INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX appeals_by_decision ON appeals (decision);
CREATE TABLE answers (
  community BLOB NOT NULL, appeal BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL, at INTEGER NOT NULL,
  upheld INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (community, appeal)
) STRICT;
CREATE TABLE reports (
  community BLOB NOT NULL, target BLOB NOT NULL, author BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL,
  at INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (community, target, author)
) STRICT;
CREATE TABLE room_words (
  community BLOB NOT NULL, room TEXT NOT NULL, author BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL,
  at INTEGER NOT NULL, slow_ms INTEGER NOT NULL, closed INTEGER NOT NULL, PRIMARY KEY (community, room, author)
) STRICT;
CREATE TABLE standing (
  community BLOB NOT NULL, scope TEXT NOT NULL, target BLOB NOT NULL, active INTEGER NOT NULL, since INTEGER NOT NULL,
  until INTEGER NOT NULL, reason TEXT NOT NULL, author BLOB NOT NULL, decision BLOB NOT NULL,
  PRIMARY KEY (community, scope, target)
) STRICT;
`

/** Whether something is hidden is asked by those who know its id alone. */
export const HIDDEN = `CREATE INDEX standing_hidden ON standing (target) WHERE scope = 'event' AND active = 1;`

export const MODERATION_TABLES = [
  'roles',
  'decisions',
  'appeals',
  'answers',
  'reports',
  'room_words',
  'standing',
] as const

/** What this stage decided for itself: whose bans it honours at its own door, too. Not read from events. */
export const BLOCK_LISTS = `
CREATE TABLE block_lists (community BLOB PRIMARY KEY, since INTEGER NOT NULL) STRICT;
`

/** SQL: whether a key moderates for a community. */
export const IS_MODERATOR = (community: string, key: string): string =>
  `EXISTS (SELECT 1 FROM roles o WHERE o.community = ${community} AND o.target = ${key} AND o.moderator = 1)`
