import type { DatabaseSync } from 'node:sqlite'
import type { Standing, Standings } from '#node/ports/moderation.ts'
import { createModerationLists } from './moderation-lists.ts'
import { IS_MODERATOR } from './moderation-tables.ts'

/** What moderation says now, for the door and for pages. */
export function createStandings(db: DatabaseSync): Standings {
  const moderates = db.prepare('SELECT 1 FROM roles WHERE community = ? AND target = ? AND moderator = 1')
  const holding = db.prepare(
    `SELECT until, reason, author, decision FROM standing
     WHERE community = ? AND scope = ? AND target = ? AND active = 1 AND (until = 0 OR until > ?)`,
  )
  const room = db.prepare(
    `SELECT slow_ms AS slowMs, closed FROM room_words AS x WHERE community = ? AND room = ?
     AND (author = community OR ${IS_MODERATOR('x.community', 'x.author')}) ORDER BY at DESC, id LIMIT 1`,
  )
  const spoke = db.prepare(
    `SELECT max(at) AS at FROM (
       SELECT at FROM messages WHERE community = ?1 AND room = ?2 AND at > ?4 AND author = ?3
       UNION ALL SELECT at FROM comments WHERE release = ?2 AND at > ?4 AND community = ?1 AND author = ?3)`,
  )
  const before = db.prepare('SELECT 1 FROM events WHERE community = ? AND author = ? AND at < ? LIMIT 1')
  const appealed = db.prepare('SELECT 1 FROM appeals WHERE decision = ? AND community = ? AND author = ?')
  const bans = db.prepare(
    `SELECT target AS key, decision, reason, since AS at FROM standing
     WHERE community = ? AND scope = 'author' AND active = 1 ORDER BY target LIMIT ?`,
  )
  const lists = db.prepare('SELECT community, since FROM block_lists ORDER BY since, community')
  const honour = db.prepare('INSERT OR IGNORE INTO block_lists VALUES (?, ?)')
  const ignore = db.prepare('DELETE FROM block_lists WHERE community = ?')
  const standing = (community: Uint8Array, scope: string, key: Uint8Array, nowMs: number): Standing | null =>
    (holding.get(community, scope, key, nowMs) as unknown as Standing | undefined) ?? null
  return {
    isModerator: (community, key) => moderates.get(community, key) !== undefined,
    ban: (community, key) => standing(community, 'author', key, 0),
    mute: (community, key, nowMs) => standing(community, 'voice', key, nowMs),
    room(community, name) {
      const row = room.get(community, name) as { slowMs: number; closed: number } | undefined
      return { slowMs: row?.slowMs ?? 0, closed: row?.closed === 1 }
    },
    lastSpoke: (community, name, author, after) =>
      (spoke.get(community, name, author, after) as { at: number | null }).at,
    spokeBefore: (community, author, atMs) => before.get(community, author, atMs) !== undefined,
    appealed: (community, decision, author) => appealed.get(decision, community, author) !== undefined,
    bans: (community, limit) => bans.all(community, limit) as unknown as ReturnType<Standings['bans']>,
    blockLists: () => lists.all() as unknown as ReturnType<Standings['blockLists']>,
    honour: (community, since) => void honour.run(community, since),
    ignore: community => void ignore.run(community),
    ...createModerationLists(db),
  }
}
