import type { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { createMembers } from '#node/store/joining.ts'
import { createNoticeViews } from '#node/store/notices.ts'
import { createRoomLog } from '#node/store/room-log.ts'
import { storeInMemory } from '#test/support/world.ts'

/** What strangers ask with a key, a word or an id of their choice. */
const QUESTIONS: readonly (readonly [string, (db: DatabaseSync) => unknown])[] = [
  ['whether a key spoke here', createMembers],
  ['what concerns a key', createNoticeViews],
  ['what changed in a room', createRoomLog],
]

/** Every SELECT that is prepared, as SQLite goes about it. */
function plans(prepareAll: (db: DatabaseSync) => unknown): string[] {
  const { db } = storeInMemory()
  const asked: string[] = []
  prepareAll({
    prepare: (sql: string) => {
      if (sql.startsWith('SELECT')) asked.push(sql)
      return db.prepare(sql)
    },
  } as unknown as DatabaseSync)
  expect(asked.length).toBeGreaterThan(0)
  return asked.flatMap(sql =>
    db
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => String(detail)),
  )
}

describe('a question of strangers', () => {
  it.each(QUESTIONS)('looks through no whole table: %s', (_, prepareAll) => {
    // `c` is what a bounded question answered within another.
    expect(plans(prepareAll).filter(step => /^SCAN (?!c\b)/.test(step))).toEqual([])
  })
})
