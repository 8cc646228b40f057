import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openHeads } from '#node/store/ledger/shared/heads.ts'
import { LOG_TABLES } from '#node/store/ledger/shared/schema.ts'
import { openSnapshots } from '#node/store/ledger/shared/snapshots.ts'

function database(): DatabaseSync {
  const db = new DatabaseSync(':memory:')
  db.exec(LOG_TABLES)
  return db
}

const head = (size: number, final = false) => ({
  size,
  root: new Uint8Array(32).fill(size),
  note: `note ${size}`,
  final,
})
const conflict = expect.objectContaining({ code: 'conflict' })

describe('the store of signed heads', () => {
  it('takes a head only after the one that is the highest', () => {
    const heads = openHeads(database(), 1)
    heads.swap(null, head(0))
    heads.swap(0, head(5))
    for (const [after, next] of [
      [0, head(7)],
      [null, head(7)],
      [6, head(7)],
      [5, head(5)],
      [5, head(4)],
    ] as const)
      expect(() => heads.swap(after, next)).toThrow(conflict)
    heads.swap(5, head(7))
    expect(heads.all().map(({ size }) => size)).toEqual([0, 5, 7])
  })

  it('adds lines to a note and makes it final, never the other way', () => {
    const heads = openHeads(database(), 1)
    heads.swap(null, head(3))
    heads.amend(3, 'note 3 with a line', true)
    heads.amend(3, 'note 3 with two', false)
    expect(heads.last()).toMatchObject({ size: 3, note: 'note 3 with two', final: true })
  })

  it('keeps the newest heads and the last final one when it forgets others', () => {
    const heads = openHeads(database(), 1)
    heads.swap(null, head(0, true))
    for (let size = 1; size <= 10; size++) heads.swap(size - 1, head(size, size === 4))
    heads.prune(3)
    expect(heads.all().map(({ size }) => size)).toEqual([4, 8, 9, 10])
    expect(heads.lastFinal()?.size).toBe(4)
  })
})

describe('the store of snapshots', () => {
  const pairs = fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.uint8Array({ maxLength: 3_000 })))

  it('gives back every pair in its order', () => {
    fc.assert(
      fc.property(pairs, state => {
        const snapshots = openSnapshots(database(), 1)
        snapshots.write(7, state)
        expect(snapshots.sizes()).toEqual([7])
        expect([...snapshots.read(7)]).toEqual(state)
      }),
    )
  })

  it('cuts a large state into pieces, and drops all of them', () => {
    const db = database()
    const snapshots = openSnapshots(db, 1)
    const state = Array.from({ length: 40 }, (_, at) => [`key ${at}`, new Uint8Array(30_000).fill(at)] as const)
    snapshots.write(9, state)
    expect(db.prepare('SELECT count(*) AS n FROM snapshot').get()).toMatchObject({ n: 5 })
    expect([...snapshots.read(9)]).toEqual(state)
    snapshots.drop(9)
    expect(snapshots.sizes()).toEqual([])
  })
})
