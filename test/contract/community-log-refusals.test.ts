import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ANNOUNCED_MAX } from '#node/store/ledger/followed-tables.ts'
import { decodeAnnouncement, decodeEntry, encodeAnnouncement, encodeEntry } from '#protocols/ledger/v1/codec.ts'
import { signCheckpoint } from '#src/ledger/checkpoint.ts'
import { leafHash, nodeHash } from '#src/ledger/merkle.ts'
import { community, desk, fan, ports } from '#test/unit/ledger/world.ts'
import { added, at, type Followed, fill, type LogFolder, logFolder, type OwnLog } from './community-log-world.ts'

let folder: LogFolder
let own: OwnLog
let followed: Followed
beforeEach(async () => {
  folder = await logFolder()
  own = folder.ownLog('own')
  followed = folder.followedLogs('followed')
})
afterEach(() => folder.remove())

const announcement = (bytes: Uint8Array) => {
  const decoded = decodeAnnouncement(bytes)
  if (!decoded.ok) throw new Error(decoded.error.message)
  return decoded.value
}

describe('what a followed log must refuse', () => {
  test('a message with any part changed is refused as the fault of its messenger, and nothing is kept', () => {
    fill(own, 5)
    const good = announcement(own.announce(3))
    const other = announcement(own.announce(2))
    const wrong = [
      { ...good, entry: other.entry },
      { ...good, index: 2 },
      { ...good, index: 4 },
      { ...good, inclusion: other.inclusion },
      { ...good, inclusion: good.inclusion.slice(1) },
      { ...good, consistency: [] },
      { ...good, consistency: other.consistency },
      { ...good, checkpoint: good.checkpoint.replace('\n5\n', '\n6\n') },
      { ...good, checkpoint: signCheckpoint(ports.hasher, fan, 5, own.root()) },
    ]
    for (const message of wrong)
      expect(followed.accept(community, encodeAnnouncement(message))).toMatchObject({
        error: { code: 'bad-signature' },
      })
    expect(followed.accept(community, own.announce(3).slice(0, -1))).toMatchObject({ error: { code: 'bad-request' } })
    expect(followed.accept(fan.publicKey, own.announce(3))).toMatchObject({ error: { code: 'bad-signature' } })
    expect(followed.recent(community, 9)).toEqual([])
    expect(followed.evidence(community)).toEqual([])
  })

  test('no message with any one byte changed, cut off or added is ever kept', () => {
    const [first, message] = fill(own, 2)
    followed.accept(community, at([first], 0) as Uint8Array)
    const good = message as Uint8Array
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (place, flip) => {
        const changed = good.slice()
        changed[place] = (changed[place] ?? 0) ^ flip
        for (const wrong of [changed, good.slice(0, place), Uint8Array.from([...good, flip])])
          expect(followed.accept(community, wrong).ok).toBe(false)
      }),
      { numRuns: 400 },
    )
    expect(followed.contiguous(community)).toBe(1)
    expect(followed.evidence(community)).toEqual([])
    expect(followed.accept(community, good)).toEqual(added(1))
  })

  const fork = (): Uint8Array[] => fill(folder.ownLog('fork'), 9, 1_000)
  const conflict = { ok: false, error: { code: 'conflict' } }

  test('another history of the same size is refused, and the proof is kept', () => {
    for (const message of fill(own, 4)) followed.accept(community, message)
    const before = followed.prove(community, 3)
    expect(followed.accept(community, at(fork(), 3))).toMatchObject(conflict)
    expect(followed.contiguous(community)).toBe(4)
    expect(followed.prove(community, 3)).toEqual(before)
    const [evidence] = followed.evidence(community)
    expect(evidence).toMatchObject({ kind: 'fork', size: 4 })
    expect(evidence?.held).not.toBe(evidence?.seen)
  })

  test('a longer history that does not begin with the one held is refused, wherever it is noticed', () => {
    const honest = fill(own, 4)
    const other = fork()
    for (const message of honest) followed.accept(community, message)
    expect(followed.accept(community, at(other, 4))).toMatchObject(conflict)
    expect(followed.accept(community, at(other, 2))).toMatchObject(conflict)
    expect(followed.evidence(community).length).toBe(2)
    // Beyond the entries held there is nothing yet to contradict: it waits, and never joins the log.
    expect(followed.accept(community, at(other, 8))).toMatchObject({ ok: true, value: { gap: true } })
    for (const message of fill(own, 4)) expect(followed.accept(community, message)).toMatchObject({ ok: true })
    expect(followed.evidence(community).length).toBe(3)
    expect(followed.accept(community, at(fill(own, 1), 0))).toEqual(added(8))
    expect(followed.contiguous(community)).toBe(9)
  })

  /** A log that says the same as `own` up to `until`, and something else after it. */
  const branch = (until: number, size: number): OwnLog => {
    const log = folder.ownLog('branch')
    fill(log, until)
    fill(log, size - until, 1_000)
    return log
  }

  test('another entry for a place that is held is a fork, though everything before it agrees and its tree is larger', () => {
    for (const message of fill(own, 5)) followed.accept(community, message)
    expect(followed.accept(community, branch(3, 9).announce(3))).toMatchObject(conflict)
    expect(followed.evidence(community)).toMatchObject([{ kind: 'fork', size: 9 }])
    for (const message of fill(own, 4)) expect(followed.accept(community, message)).toMatchObject({ ok: true })
    expect(followed.contiguous(community)).toBe(9)
    expect(followed.evidence(community).length).toBe(1)
  })

  test('an older checkpoint over other entries is a fork, also when it comes with a receipt that is held or in a log fetch', () => {
    for (const message of fill(own, 8)) followed.accept(community, message)
    const other = branch(3, 6)
    expect(followed.accept(community, other.announce(1))).toMatchObject(conflict)
    const fetched = followed.extend(community, 0, other.entries(0, 6), other.checkpoint(), [])
    expect(fetched).toMatchObject(conflict)
    expect(followed.evidence(community)[0]).toMatchObject({ kind: 'fork', size: 6, seen: other.checkpoint() })
    expect(followed.contiguous(community)).toBe(8)
  })

  test('two checkpoints of one size that no entry held reaches are a fork', () => {
    fill(own, 9)
    expect(followed.accept(community, own.announce(4))).toEqual(added(4, true))
    const other = branch(0, 9)
    expect(followed.accept(community, other.announce(6))).toMatchObject(conflict)
    const [evidence] = followed.evidence(community)
    expect(evidence).toMatchObject({ kind: 'fork', size: 9, held: own.checkpoint(), seen: other.checkpoint() })
    expect(followed.receipt(community, 6)).toBeNull()
  })

  test('two entries signed for one place beyond a gap are a fork', () => {
    expect(followed.accept(community, at(fill(own, 6), 4))).toMatchObject({ ok: true })
    expect(followed.accept(community, at(fork(), 4))).toMatchObject(conflict)
  })

  test('receipts beyond a gap are kept up to a bound, and the log goes on from what is held', () => {
    const messages = fill(own, 4)
    expect(followed.accept(community, at(messages, 2))).toEqual(added(2, true))
    folder.crowd('followed', 1_000, ANNOUNCED_MAX - 1)
    expect(followed.accept(community, at(messages, 3))).toMatchObject({ error: { code: 'rate-limited' } })
    expect(followed.receipt(community, 3)).toBeNull()
    expect(followed.accept(community, at(messages, 0))).toEqual(added(0))
    expect(followed.accept(community, at(messages, 1))).toEqual(added(1))
    expect(followed.contiguous(community)).toBe(3)
  })

  test('an entry that breaks the rules is refused although its community signed it', () => {
    const entryOf = (bytes: Uint8Array) => {
      const decoded = decodeEntry(bytes)
      if (!decoded.ok || decoded.value.kind !== 'receipt') throw new Error('not a receipt')
      return decoded.value
    }
    fill(own, 2)
    const [issued, tipped] = own.entries(0, 2)
    const receipt = entryOf(tipped as Uint8Array)
    const moved = receipt.lines.map((line, i) => ({
      ...line,
      amount: line.amount + (i === 0 ? 1n : i === 1 ? -1n : 0n),
    }))
    const overdrawn = encodeEntry(receipt)
    const wrongSplit = encodeEntry({ ...receipt, lines: moved })
    for (const [name, entries] of [
      ['a wrong split', [issued as Uint8Array, wrongSplit]],
      ['an overdraft', [overdrawn]],
      ['the same order twice', [issued as Uint8Array, overdrawn, overdrawn]],
    ] as const) {
      const victim = folder.followedLogs(name)
      const leaves = entries.map(entry => leafHash(ports.hasher, entry))
      const root = leaves.slice(1).reduce((left, leaf) => nodeHash(ports.hasher, left, leaf), at(leaves, 0))
      const note = signCheckpoint(ports.hasher, desk, entries.length, root)
      expect(victim.extend(community, 0, entries, note, [])).toMatchObject(conflict)
      expect(victim.contiguous(community)).toBe(0)
      expect(victim.evidence(community)).toMatchObject([{ kind: 'invalid-entry' }])
    }
  })
})
