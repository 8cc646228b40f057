import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCommunityLog } from '#node/store/ledger/community-log.ts'
import { createFollowedLogs } from '#node/store/ledger/followed-logs.ts'
import { parseCheckpoint } from '#protocols/ledger/v1/checkpoint.ts'
import { decodeAnnouncement, decodeEntry, encodeAnnouncement, encodeEntry } from '#protocols/ledger/v1/codec.ts'
import { signCheckpoint } from '#src/ledger/checkpoint.ts'
import { leafHash } from '#src/ledger/merkle.ts'
import { verifyInclusion } from '#src/ledger/merkle-verify.ts'
import { asset, BAND, community, desk, fan, issueOrder, ports, tipOrder } from '#test/unit/ledger/world.ts'

type OwnLog = ReturnType<typeof createCommunityLog>

let folder: string
const clock = { nowMs: () => 1_700_000_000_000 }
const opened: { close(): void }[] = []
const keep = <T extends { close(): void }>(thing: T): T => {
  opened.push(thing)
  return thing
}
const ownLog = (name: string): OwnLog =>
  keep(createCommunityLog({ ...ports, file: join(folder, `${name}.db`), signer: desk, asset, clock }))
const followedLogs = (name = 'followed') =>
  keep(createFollowedLogs({ ...ports, file: join(folder, `${name}.db`), clock }))

/** One issue of plenty, then tips; `salt` makes another history. */
function fill(log: OwnLog, count: number, salt = 0): Uint8Array[] {
  const messages: Uint8Array[] = []
  for (let at = log.size(); messages.length < count; at++) {
    const made = at === 0 ? issueOrder(1, 1_000_000n) : tipOrder(at, BigInt(at * 7 + salt))
    const done = at === 0 ? log.issue(made.envelope, made.id) : log.tip(made.envelope, made.id, BAND)
    if (!done.ok) throw new Error(done.error.message)
    messages.push(log.announce(done.value.index))
  }
  return messages
}
const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index]
  if (item === undefined) throw new Error(`there is no item ${index}`)
  return item
}
const announcement = (bytes: Uint8Array) => {
  const decoded = decodeAnnouncement(bytes)
  if (!decoded.ok) throw new Error(decoded.error.message)
  return decoded.value
}
const added = (index: number, gap = false) => ({ ok: true, value: { added: true, index, gap } })

let own: OwnLog
let followed: ReturnType<typeof followedLogs>
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'followed-'))
  own = ownLog('own')
  followed = followedLogs()
})
afterEach(async () => {
  for (const thing of opened.splice(0)) thing.close()
  await rm(folder, { recursive: true })
})

/** Whatever is shown of a followed log proves into a checkpoint signed by its community. */
function expectProof(index: number): void {
  const proven = followed.prove(community, index)
  const head = proven === null ? null : parseCheckpoint(proven.checkpoint)
  if (proven === null || !head?.ok) throw new Error(`no proof of ${index}`)
  const { size, root } = head.value
  expect(leafHash(ports.hasher, proven.entry)).toEqual(leafHash(ports.hasher, at(own.entries(index, 1), 0)))
  expect(verifyInclusion(ports.hasher, { index, size, leaf: proven.leafHash, root, proof: proven.proof })).toBe(true)
}
const extend = (start: number, count: number, log = own) => {
  const entries = log.entries(start, count)
  const proof = log.consistencyProof(start + entries.length, log.size())
  return followed.extend(community, start, entries, log.checkpoint(), proof)
}

describe('following a log by its announcements', () => {
  test('receipts that come in order are kept one by one, and each can be proven again', () => {
    for (const [index, message] of fill(own, 12).entries()) {
      expect(followed.accept(community, message)).toEqual(added(index))
      for (let earlier = 0; earlier <= index; earlier++) expectProof(earlier)
    }
    expect(followed.contiguous(community)).toBe(12)
    expect(followed.recent(community, 3).map(record => record.index)).toEqual([11, 10, 9])
    expect(followed.receipt(community, 5)?.lines).toEqual(own.receipt(5)?.lines)
    expect(followed.evidence(community)).toEqual([])
  })

  test('a receipt that is announced twice is added once', () => {
    const [first] = fill(own, 2)
    expect(followed.accept(community, at([first], 0) as Uint8Array)).toEqual(added(0))
    const again = { ok: true, value: { added: false, index: 0, gap: false } }
    expect(followed.accept(community, own.announce(0))).toEqual(again)
    expect(followed.accept(community, own.announce(0))).toEqual(again)
  })

  test('announcements made late, against a larger tree, are kept with their own proof until the rest arrives', () => {
    fill(own, 9)
    for (let index = 0; index < 9; index++) {
      expect(followed.accept(community, own.announce(index))).toEqual(added(index))
      expectProof(index)
    }
    expect(followed.contiguous(community)).toBe(9)
  })

  test('a receipt beyond a gap is shown on its own proof, and the log fetch joins it to the rest', () => {
    const messages = fill(own, 10)
    followed.accept(community, at(messages, 0))
    expect(followed.accept(community, at(messages, 6))).toEqual(added(6, true))
    expect(followed.accept(community, at(messages, 6))).toEqual({
      ok: true,
      value: { added: false, index: 6, gap: true },
    })
    expectProof(6)
    expect(followed.contiguous(community)).toBe(1)
    expect(followed.recent(community, 5).map(record => record.index)).toEqual([6, 0])
    const fetched = extend(1, 5)
    expect(fetched.ok && fetched.value.map(record => record.index)).toEqual([1, 2, 3, 4, 5])
    expect(followed.contiguous(community)).toBe(7)
    for (let index = 0; index < 7; index++) expectProof(index)
  })

  test('announcements in any order end at the same log', () => {
    const messages = fill(own, 8)
    for (const index of [3, 0, 7, 2, 1, 6, 5, 4]) expect(followed.accept(community, at(messages, index)).ok).toBe(true)
    expect(followed.contiguous(community)).toBe(8)
    for (let index = 0; index < 8; index++) expectProof(index)
    expect(followed.evidence(community)).toEqual([])
  })

  test('what was kept is there after closing and opening', () => {
    const messages = fill(own, 5)
    for (const index of [0, 1, 3]) followed.accept(community, at(messages, index))
    followed.close()
    followed = followedLogs()
    expect(followed.contiguous(community)).toBe(2)
    expect(followed.accept(community, at(messages, 2))).toEqual(added(2))
    expect(followed.contiguous(community)).toBe(4)
  })
})

describe('following a log by fetching it', () => {
  test('batches of any size come to the same log, and entries that are held already may come again', () => {
    fill(own, 23)
    expect(extend(0, 7)).toMatchObject({ ok: true })
    expect(extend(4, 9)).toMatchObject({ ok: true })
    expect(followed.contiguous(community)).toBe(13)
    const rest = extend(13, 100)
    expect(rest.ok && rest.value.length).toBe(10)
    for (let index = 0; index < 23; index++) expectProof(index)
    expect(extend(23, 100)).toEqual({ ok: true, value: [] })
  })

  test('an empty log can be fetched', () => {
    expect(extend(0, 10)).toEqual({ ok: true, value: [] })
    expect(followed.contiguous(community)).toBe(0)
  })

  test('entries that the checkpoint does not sign are refused and none is kept', () => {
    fill(own, 6)
    const entries = own.entries(0, 6)
    const note = own.checkpoint()
    const refused = { ok: false, error: { code: 'bad-signature' } }
    expect(followed.extend(community, 0, entries.slice(1), note, [])).toMatchObject(refused)
    expect(followed.extend(community, 0, [...entries.slice(0, 5), at(entries, 0)], note, [])).toMatchObject(refused)
    expect(followed.extend(community, 0, [...entries, at(entries, 0)], note, [])).toMatchObject(refused)
    expect(followed.extend(community, 0, entries.slice(0, 3), note, [])).toMatchObject(refused)
    expect(followed.extend(community, 0, entries, note.replace('\n6\n', '\n7\n'), [])).toMatchObject(refused)
    expect(followed.extend(community, 0, entries, 'no note at all', [])).toMatchObject({
      error: { code: 'bad-request' },
    })
    expect(followed.extend(community, 3, entries.slice(3), note, [])).toMatchObject({ error: { code: 'bad-request' } })
    expect(followed.contiguous(community)).toBe(0)
    expect(followed.evidence(community)).toEqual([])
  })
})

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

  const fork = (): Uint8Array[] => fill(ownLog('fork'), 9, 1_000)
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

  test('two entries signed for one place beyond a gap are a fork', () => {
    expect(followed.accept(community, at(fill(own, 6), 4))).toMatchObject({ ok: true })
    expect(followed.accept(community, at(fork(), 4))).toMatchObject(conflict)
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
      const victim = followedLogs(name)
      const leaves = entries.map(entry => leafHash(ports.hasher, entry))
      const root = leaves.slice(1).reduce((left, leaf) => node(left, leaf), at(leaves, 0))
      const note = signCheckpoint(ports.hasher, desk, entries.length, root)
      expect(victim.extend(community, 0, entries, note, [])).toMatchObject(conflict)
      expect(victim.contiguous(community)).toBe(0)
      expect(victim.evidence(community)).toMatchObject([{ kind: 'invalid-entry' }])
    }
  })
})

const node = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  ports.hasher.sha256(Uint8Array.from([1, ...left, ...right]))
