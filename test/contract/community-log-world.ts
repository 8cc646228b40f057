import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createCommunityLog } from '#node/store/ledger/community-log.ts'
import { createFollowedLogs } from '#node/store/ledger/followed-logs.ts'
import { asset, BAND, desk, issueOrder, ports, tipOrder } from '#test/unit/ledger/world.ts'

export type OwnLog = ReturnType<typeof createCommunityLog>
export type Followed = ReturnType<typeof createFollowedLogs>

/** A temporary folder of ledgers, all of one community. */
export interface LogFolder {
  ownLog(name: string): OwnLog
  followedLogs(name: string): Followed
  /** Acts out `count` more announcements that wait in a file of one log, from `index` on. */
  crowd(name: string, index: number, count: number): void
  /** Communities that a file of logs knows. */
  communitiesIn(name: string): number
  remove(): Promise<void>
}

export async function logFolder(): Promise<LogFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'followed-'))
  const clock = { nowMs: () => 1_700_000_000_000 }
  const opened: { close(): void }[] = []
  const keep = <T extends { close(): void }>(thing: T): T => {
    opened.push(thing)
    return thing
  }
  const file = (name: string): string => join(folder, `${name}.db`)
  return {
    ownLog: name => keep(createCommunityLog({ ...ports, file: file(name), signer: desk, asset, clock })),
    followedLogs: name => keep(createFollowedLogs({ ...ports, file: file(name), clock })),
    crowd(name, index, count) {
      const db = new DatabaseSync(file(name))
      db.prepare(
        `WITH RECURSIVE more(idx) AS (SELECT ? UNION ALL SELECT idx + 1 FROM more LIMIT ?)
         INSERT INTO announced (log, idx, message) SELECT log.id, more.idx, x'00' FROM log, more`,
      ).run(index, count)
      db.close()
    },
    communitiesIn(name) {
      const db = new DatabaseSync(file(name), { readOnly: true })
      const { n } = db.prepare('SELECT count(*) AS n FROM log').get() as { n: number }
      db.close()
      return n
    },
    async remove() {
      for (const thing of opened) thing.close()
      await rm(folder, { recursive: true })
    },
  }
}

export function at<T>(items: readonly T[], index: number): T {
  const item = items[index]
  if (item === undefined) throw new Error(`there is no item ${index}`)
  return item
}

/** Appends one issue of plenty, then tips; `salt` makes another history. Answers the announcements. */
export function fill(log: OwnLog, count: number, salt = 0): Uint8Array[] {
  const messages: Uint8Array[] = []
  for (let index = log.size(); messages.length < count; index++) {
    const made = index === 0 ? issueOrder(1, 1_000_000n) : tipOrder(index, BigInt(index * 7 + salt))
    const done = index === 0 ? log.issue(made.envelope, made.id) : log.tip(made.envelope, made.id, BAND)
    if (!done.ok) throw new Error(done.error.message)
    messages.push(log.announce(done.value.index))
  }
  return messages
}

/** What `accept` answers for an entry that was new. */
export const added = (index: number, gap = false) => ({ ok: true, value: { added: true, index, gap } })
