import type { DatabaseSync } from 'node:sqlite'
import type { FollowRow, Follows } from '#node/ports/views.ts'
import type { Clock } from '#src/kernel/ports.ts'

/** Which communities this stage follows, and when each was last caught up with. */
export function createFollows(db: DatabaseSync, clock: Clock): Follows {
  const list = db.prepare('SELECT community, address, last_sync_at AS lastSyncAt FROM follows ORDER BY followed_at')
  const has = db.prepare('SELECT 1 FROM follows WHERE community = ?')
  const add = db.prepare(
    `INSERT INTO follows VALUES (?, ?, ?, NULL) ON CONFLICT DO UPDATE SET
     address = CASE WHEN excluded.address = '' THEN follows.address ELSE excluded.address END`,
  )
  const remove = db.prepare('DELETE FROM follows WHERE community = ?')
  const synced = db.prepare('UPDATE follows SET last_sync_at = ? WHERE community = ?')
  return {
    list: () => list.all() as unknown as FollowRow[],
    has: community => has.get(community) !== undefined,
    add: (community, address) => void add.run(community, address, clock.nowMs()),
    remove: community => void remove.run(community),
    synced: (community, atMs) => void synced.run(atMs, community),
  }
}
