/** What authors made of their own messages and comments: the newest edit of each. */
export const EDITS = `
CREATE TABLE edits (
  target BLOB NOT NULL, community BLOB NOT NULL, author BLOB NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL,
  text TEXT NOT NULL, PRIMARY KEY (target, community, author)
) STRICT;
`

export const EDIT_TABLES = ['edits'] as const

/** Joins a message or comment `x` to its author's own newest edit. Anybody else's edit of it is left out. */
export const WITH_EDIT = 'LEFT JOIN edits e ON e.target = x.id AND e.community = x.community AND e.author = x.author'

/** The text as it stands now, and whether it was changed. An empty edit took the message back. */
export const EDITED_TEXT = 'coalesce(e.text, x.text) AS text, e.text IS NOT NULL AS edited'
